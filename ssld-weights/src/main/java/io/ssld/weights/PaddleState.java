package io.ssld.weights;

import ai.djl.ndarray.types.Shape;
import io.ssld.weights.PickleValue.Call;
import io.ssld.weights.PickleValue.Dictionary;
import io.ssld.weights.PickleValue.Sequence;
import io.ssld.weights.PickleValue.Text;
import io.ssld.weights.PickleValue.Tuple;
import java.io.IOException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What {@code paddle.save} makes of a state dictionary: names and arrays, and two entries of
 * Paddle's own.
 */
final class PaddleState {

    /** The entry that maps names to those of the variables of a Paddle program; of no use here. */
    static final String NAME_TABLE = "StructuredToParameterName@@";

    /** The entry that tells which arrays are slices of one that Paddle found too large. */
    static final String SLICES = "UnpackBigParamInfor@@";

    private final FileBytes file;
    private final PickleInput input;
    private final ArrayBytes elements;
    private final IdentityHashMap<PickleValue, HostTensor> tensorsByValue = new IdentityHashMap<>();
    private long budget;

    private PaddleState(FileBytes file, PickleInput input) {
        this.file = file;
        this.input = input;
        this.elements = new ArrayBytes(file);
        // An array may be referred to from many places, but no honest file is smaller than the
        // arrays in it. So memory is bounded by its size.
        this.budget = file.size();
    }

    /** Reads a whole file. */
    static StateDict read(FileBytes file) throws IOException {
        PickleInput input = new PickleInput(file);
        PickleValue content = PickleReader.read(input);
        if (!(content instanceof Dictionary dictionary)) {
            throw file.fault("content", "be a dictionary of arrays", "was " + content.kind());
        }
        return new PaddleState(file, input).read(dictionary.entries());
    }

    private StateDict read(Map<String, PickleValue> content) throws IOException {
        Map<String, PickleValue> entries = new LinkedHashMap<>(content);
        PickleValue nameTable = entries.remove(NAME_TABLE);
        if (nameTable != null) {
            dictionary("'" + NAME_TABLE + "'", nameTable);
        }
        PickleValue slicing = entries.remove(SLICES);
        Map<String, Sliced> sliced =
                slicing == null
                        ? Map.of()
                        : takeSlices(dictionary("'" + SLICES + "'", slicing), entries);
        Map<String, HostTensor> tensors = new LinkedHashMap<>();
        for (Map.Entry<String, PickleValue> next : entries.entrySet()) {
            tensors.put(next.getKey(), tensor(next.getKey(), next.getValue()));
        }
        for (Map.Entry<String, Sliced> next : sliced.entrySet()) {
            if (tensors.put(next.getKey(), join(describe(next.getKey()), next.getValue()))
                    != null) {
                throw file.fault(describe(next.getKey()), "occur once", "occurs whole and sliced");
            }
        }
        return StateDict.of(tensors);
    }

    private HostTensor tensor(String name, PickleValue value) throws IOException {
        PickleValue unwrapped = unwrap(value);
        HostTensor known = tensorsByValue.get(unwrapped);
        if (known != null) {
            return known;
        }
        String what = describe(name);
        NumpyArray array = new NumpyArrays(file, input, what).array(unwrapped);
        HostTensor tensor = join(what, new Sliced(array.shape(), List.of(array)));
        tensorsByValue.put(unwrapped, tensor);
        return tensor;
    }

    /** Paddle saves a tensor outside a state dictionary as a tuple of its name and array. */
    private static PickleValue unwrap(PickleValue value) {
        PickleValue pair = value;
        if (value instanceof Call call
                && call.function() == PickleGlobal.TUPLE
                && call.arguments().items().size() == 1) {
            pair = call.arguments().items().get(0);
        }
        return pair instanceof Tuple tuple
                        && tuple.items().size() == 2
                        && tuple.items().get(0) instanceof Text
                ? tuple.items().get(1)
                : value;
    }

    /** An array and the pieces it is cut into, which follow each other in row-major order. */
    private record Sliced(Shape shape, List<NumpyArray> slices) {}

    private Map<String, Sliced> takeSlices(
            Map<String, PickleValue> slicing, Map<String, PickleValue> entries) throws IOException {
        Map<String, Sliced> sliced = new LinkedHashMap<>();
        for (Map.Entry<String, PickleValue> next : slicing.entrySet()) {
            String what = describe(next.getKey());
            Map<String, PickleValue> description = dictionary(what, next.getValue());
            PickleValue shape = description.get("OriginShape");
            if (shape == null || !(description.get("slices") instanceof Sequence names)) {
                throw file.fault(what, "have an OriginShape and a list of slices", "has not");
            }
            List<NumpyArray> slices = new ArrayList<>();
            for (PickleValue name : names.items()) {
                slices.add(takeSlice(what, name, entries));
            }
            NumpyArrays arrays = new NumpyArrays(file, input, what);
            sliced.put(next.getKey(), new Sliced(arrays.shape(shape), slices));
        }
        return sliced;
    }

    private NumpyArray takeSlice(String what, PickleValue name, Map<String, PickleValue> entries)
            throws IOException {
        if (!(name instanceof Text text)) {
            throw file.fault(what, "have names of slices", "had " + name.kind());
        }
        String slice = input.text(text.span());
        PickleValue value = entries.remove(slice);
        if (value == null) {
            throw file.fault(what, "have each of its slices once", "'" + slice + "' is missing");
        }
        NumpyArray array = new NumpyArrays(file, input, describe(slice)).array(value);
        if (array.shape().dimension() != 1) {
            throw file.fault(describe(slice), "have one dimension", "was " + array.shape());
        }
        return array;
    }

    private HostTensor join(String what, Sliced sliced) throws IOException {
        if (sliced.slices().isEmpty()) {
            throw file.fault(what, "have slices", "had none");
        }
        NumpyType type = sliced.slices().get(0).type();
        long length = 0;
        for (NumpyArray slice : sliced.slices()) {
            if (slice.type() != type) {
                throw file.fault(what, "be " + type + " in each slice", "was " + slice.type());
            }
            length += slice.byteCount();
        }
        try {
            long expected = HostTensor.byteCount(sliced.shape(), type.stored);
            if (length != expected) {
                throw file.fault(what, "have " + expected + " bytes", "had " + length);
            }
            byte[] bytes = allocate(what, length, StoredTensors.maxBytes(type.stored));
            int begin = 0;
            for (NumpyArray slice : sliced.slices()) {
                elements.read(what, slice, bytes, begin);
                begin += (int) slice.byteCount();
            }
            return StoredTensors.of(sliced.shape(), type.stored, bytes);
        } catch (IllegalArgumentException e) {
            throw file.fault(what, e);
        }
    }

    private byte[] allocate(String what, long length, int longest) throws IOException {
        if (length > longest) {
            throw file.fault(what, "take at most " + longest + " bytes", "took " + length);
        }
        if (length > budget) {
            throw file.fault("tensors", "not take more bytes than the file", "do with " + what);
        }
        budget -= length;
        return new byte[(int) length];
    }

    private Map<String, PickleValue> dictionary(String what, PickleValue value) throws IOException {
        if (value instanceof Dictionary dictionary) {
            return dictionary.entries();
        }
        throw file.fault(what, "be a dictionary", "was " + value.kind());
    }

    private static String describe(String name) {
        return "tensor '" + name + "'";
    }
}

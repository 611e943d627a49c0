package io.ssld.core.teacher;

import ai.djl.Device;
import ai.djl.Model;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.nn.SymbolBlock;
import ai.djl.training.ParameterStore;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.Normalization;
import io.ssld.engine.internal.Inference;
import io.ssld.engine.internal.NoGrad;
import io.ssld.engine.internal.Parameters;
import io.ssld.engine.internal.Replica;
import io.ssld.engine.internal.Synset;
import io.ssld.engine.internal.kernels.CompiledFunction;
import io.ssld.engine.internal.kernels.Kernels;
import io.ssld.engine.internal.kernels.NetworkCompiler;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A frozen network that teaches.
 *
 * <p>The network runs outside the tape, on its own device; the logits come back on the device of
 * the inputs. It is neither changed nor marked frozen: its parameters keep their gradient flags, so
 * the same model can be trained later.
 *
 * <p>Not thread-safe with {@link #withBatchStatistics()}, where a forward pass changes and restores
 * the stored statistics.
 */
public final class NetworkTeacher implements RunTeacher {

    private static final NDIndex ALL = new NDIndex("...");

    /**
     * Keeps the model reachable: once a {@code Model} is unreachable its native module is freed,
     * even if its block is still in use.
     */
    private final @Nullable Model owner;

    private final Block block;
    private final String name;
    private final TeacherMode mode;
    private final @Nullable Normalization normalization;
    private final List<String> classNames;

    /** What was chosen by hand; {@code null} for what is right for the network. */
    private final @Nullable ImageLayout layout;

    /** The arrays to compute with; {@code null} for the network's own. */
    private final @Nullable Replica replica;

    /** Asked once, as DJL builds the names of all parameters for the answer. */
    private final @Nullable Device device;

    private NetworkTeacher(
            @Nullable Model owner,
            Block block,
            String name,
            TeacherMode mode,
            @Nullable Normalization normalization,
            List<String> classNames,
            @Nullable ImageLayout layout,
            @Nullable Replica replica) {
        this.owner = owner;
        this.block = block;
        this.name = name;
        this.mode = mode;
        this.normalization = normalization;
        this.classNames = List.copyOf(classNames);
        this.layout = layout;
        this.replica = replica;
        ParameterList parameters = block.getParameters();
        this.device = parameters.isEmpty() ? null : array(parameters.valueAt(0)).getDevice();
    }

    static NetworkTeacher of(Model model) {
        Block block = model.getBlock();
        if (block == null) {
            throw new IllegalArgumentException(
                    "teacher must have a block, but model "
                            + model.getName()
                            + " has none; call setBlock or load it first");
        }
        return of(model, block, model.getName());
    }

    static NetworkTeacher of(Block block) {
        return of(null, block, block.getClass().getSimpleName());
    }

    private static NetworkTeacher of(@Nullable Model owner, Block block, String name) {
        Parameters.requireOpen("teacher " + name, owner, block);
        Parameters.requireUsable("teacher", block.getParameters());
        List<String> names = owner == null ? List.of() : Synset.of(owner);
        return new NetworkTeacher(
                owner, block, name, TeacherMode.EVALUATION, null, names, null, null);
    }

    /**
     * Returns this teacher with SSLD's batch statistics: batch norm uses the batch's own mean and
     * variance, dropout is active, and the stored statistics are put back after each answer.
     *
     * @return the teacher in {@link TeacherMode#BATCH_STATISTICS}
     * @throws IllegalArgumentException for a TorchScript module, which cannot do this: loaded by
     *     DJL its batch norms stay in evaluation mode
     */
    public NetworkTeacher withBatchStatistics() {
        if (block instanceof SymbolBlock) {
            throw new IllegalArgumentException(
                    "teacher must be made of DJL blocks to use batch statistics, but was the"
                            + " TorchScript module "
                            + name
                            + "; use its evaluation statistics");
        }
        return new NetworkTeacher(
                owner,
                block,
                name,
                TeacherMode.BATCH_STATISTICS,
                normalization,
                classNames,
                layout,
                replica);
    }

    /**
     * Returns this teacher with the normalisation its weights were trained for. Where it differs
     * from the student's, the run renormalises the teacher's inputs.
     *
     * @param wanted per-channel mean and standard deviation
     * @return the teacher
     */
    public NetworkTeacher withNormalization(Normalization wanted) {
        Objects.requireNonNull(wanted, "wanted");
        return new NetworkTeacher(owner, block, name, mode, wanted, classNames, layout, replica);
    }

    /**
     * Returns this teacher under another name.
     *
     * @param wanted the name, for provenance and messages
     * @return the teacher
     */
    @Override
    public NetworkTeacher named(String wanted) {
        Objects.requireNonNull(wanted, "wanted");
        return new NetworkTeacher(
                owner, block, wanted, mode, normalization, classNames, layout, replica);
    }

    /**
     * Returns this teacher with the names of its classes. A model that was loaded from a folder
     * with a {@code synset.txt} knows them already.
     *
     * @param names by class number; empty to forget them
     * @return the teacher
     */
    public NetworkTeacher withClassNames(List<String> names) {
        Objects.requireNonNull(names, "names");
        return new NetworkTeacher(owner, block, name, mode, normalization, names, layout, replica);
    }

    @Override
    public List<String> classNames() {
        return classNames;
    }

    /**
     * Returns this teacher with images in another layout than is right for its network: {@link
     * ImageLayout#CHANNELS_LAST} for the networks of ssld-zoo and on GPUs, {@link ImageLayout#NCHW}
     * for all others. For those who measured their network, results as well as times.
     *
     * @param wanted the layout
     * @return the teacher
     */
    public NetworkTeacher withLayout(ImageLayout wanted) {
        Objects.requireNonNull(wanted, "wanted");
        return new NetworkTeacher(
                owner, block, name, mode, normalization, classNames, wanted, replica);
    }

    /**
     * Returns this teacher compiled in float32: about half of the time for the zoo's networks.
     *
     * @return the compiled teacher; to be closed, which leaves the network as it is
     * @throws IllegalArgumentException with batch statistics, which cannot be part of convolutions
     */
    public CompiledTeacher compiled() {
        return compiled(TeacherPrecision.FLOAT32);
    }

    /**
     * Returns this teacher compiled.
     *
     * @param precision what it computes in
     * @return the compiled teacher; to be closed, which leaves the network as it is
     * @throws IllegalArgumentException with batch statistics, which cannot be part of convolutions
     */
    public CompiledTeacher compiled(TeacherPrecision precision) {
        Objects.requireNonNull(precision, "precision");
        if (mode != TeacherMode.EVALUATION) {
            throw new IllegalArgumentException(
                    "teacher must use its evaluation statistics to be compiled, but "
                            + name
                            + " uses the batch's; drop withBatchStatistics or compiled");
        }
        return new CompiledTeacher(this, precision);
    }

    /**
     * Compiles the network as it is now, for its own device.
     *
     * @param inputs such as will come
     * @param precision what to compute in
     * @throws UnsupportedOperationException if it cannot be; the message says why
     */
    CompiledFunction compile(NDList inputs, TeacherPrecision precision) {
        if (inputs.size() != 1) {
            throw new UnsupportedOperationException(
                    "network must have one input to be compiled, but had " + inputs.size());
        }
        NDManager manager = inputs.head().getManager();
        Engine engine = manager.getEngine();
        Device place = device().orElse(inputs.head().getDevice());
        try (NoGrad off = NoGrad.open(engine);
                NDManager scratch = manager.newSubManager(place)) {
            return new NetworkCompiler(Kernels.of(engine), precision.kernels())
                    .compile(block, scratch, this::store);
        }
    }

    /** Where the network is, if it has parameters. */
    Optional<Device> device() {
        return Optional.ofNullable(device);
    }

    /**
     * Runs a function of the inputs on the network's device, without recording.
     *
     * @return its result on the manager and the device of the inputs, as an ordinary tensor: what
     *     TorchScript computed in inference mode could not meet the student's tensors in a
     *     differentiable operation
     */
    NDArray run(NDList inputs, Function<NDList, NDArray> function) {
        Device asked = inputs.head().getDevice();
        return Inference.run(
                inputs,
                seen -> Replica.copy(function.apply(layout().lay(onOwnDevice(seen))), asked));
    }

    @Override
    public NDArray logits(NDList inputs) {
        NDArray first = inputs.head();
        NDArray logits = run(inputs, this::answer);
        requireLogits(logits, first.size(0));
        return logits;
    }

    private NDArray answer(NDList inputs) {
        ParameterStore store = store(inputs.head().getManager());
        if (mode == TeacherMode.EVALUATION) {
            return Inference.forward(block, store, inputs, false);
        }
        NDManager scratch = inputs.head().getManager();
        List<NDArray> statistics = new ArrayList<>();
        List<NDArray> before = new ArrayList<>();
        for (Parameter parameter : block.getParameters().values()) {
            if (Parameters.isBuffer(parameter)) {
                NDArray own = array(parameter);
                NDArray copy = own.duplicate();
                copy.attach(scratch);
                statistics.add(own);
                before.add(copy);
            }
        }
        try {
            return Inference.forward(block, store, inputs, true);
        } finally {
            for (int i = 0; i < statistics.size(); i++) {
                statistics.get(i).set(ALL, before.get(i));
            }
        }
    }

    private ParameterStore store(NDManager owner) {
        return replica == null ? new ParameterStore(owner, false) : replica.store();
    }

    private NDArray array(Parameter parameter) {
        return replica == null ? parameter.getArray() : replica.array(parameter);
    }

    private NDList onOwnDevice(NDList inputs) {
        return device == null ? inputs : inputs.toDevice(device, false);
    }

    @Override
    public NetworkTeacher onDevice(Device wanted, NDManager copies) {
        if (block instanceof SymbolBlock || device == null) {
            return this;
        }
        return new NetworkTeacher(
                owner,
                block,
                name,
                mode,
                normalization,
                classNames,
                layout,
                new Replica(block, wanted, copies, false));
    }

    private void requireLogits(NDArray logits, long examples) {
        if (logits.getShape().dimension() != 2 || logits.size(0) != examples) {
            throw new IllegalStateException(
                    "teacher's first output must be logits of shape ("
                            + examples
                            + ", classes), but was "
                            + logits.getShape()
                            + "; end the network "
                            + name
                            + " with its classifier");
        }
        Parameters.requireSupported("teacher's logits", logits.getDataType());
        if (logits.hasGradient()) {
            throw new IllegalStateException(
                    "teacher's logits must carry no gradient, but those of "
                            + name
                            + " do; its forward pass turns recording on");
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public TeacherMode mode() {
        return mode;
    }

    /**
     * Returns its parameters and buffers.
     *
     * @return those of the network
     * @throws IllegalArgumentException if its model has been closed
     */
    @Override
    public ParameterList parameters() {
        Parameters.requireOpen("teacher " + name, owner, block);
        return block.getParameters();
    }

    @Override
    public String digest() {
        return Parameters.digest(block);
    }

    @Override
    public ImageLayout layout() {
        return layout == null ? ImageLayout.of(block, device().orElse(Device.cpu())) : layout;
    }

    @Override
    public Optional<Normalization> normalization() {
        return Optional.ofNullable(normalization);
    }
}

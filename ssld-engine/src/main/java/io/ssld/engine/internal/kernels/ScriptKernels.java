package io.ssld.engine.internal.kernels;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.ssld.engine.Precision;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The kernels in TorchScript. Modules are written, loaded and compiled when first used and kept for
 * the process: they hold no weights.
 */
final class ScriptKernels implements Kernels {

    private final PtNDManager manager = (PtNDManager) Engine.getEngine("PyTorch").newBaseManager();

    private final Map<String, PtSymbolBlock> modules = new ConcurrentHashMap<>();

    @Override
    public NDArray hardSwish(NDArray x) {
        return apply(Scripts.HARD_SWISH, x);
    }

    @Override
    public NDArray hardSigmoid(NDArray x, double slope) {
        return apply(Scripts.hardSigmoid(slope), x);
    }

    @Override
    public NDArray swish(NDArray x) {
        return apply(Scripts.SWISH, x);
    }

    @Override
    public NDArray imageMean(NDArray x) {
        return apply(Scripts.IMAGE_MEAN, x);
    }

    @Override
    public NDArray squeezeExcite(NDArray x, NDList layers, Gate gate) {
        NDList arguments = new NDList(x);
        arguments.addAll(layers);
        return apply(Scripts.squeezeExcite(gate), arguments);
    }

    @Override
    public Optional<NDArray> divergence(LogitDivergence measure, NDArray student, NDArray teacher) {
        return Optional.of(apply(measure.script(), new NDList(student, teacher)));
    }

    @Override
    public boolean hasHalfConvolutions() {
        return true;
    }

    @Override
    public Optional<NDArray> halfConvolution(
            NDArray x,
            NDArray weight,
            @Nullable NDArray bias,
            ScriptValue.Geometry geometry,
            Precision precision) {
        HalfConvolutionScript.Layer layer =
                new HalfConvolutionScript.Layer(
                        x.getShape().get(1),
                        weight.getShape().get(0),
                        weight.getShape().get(2),
                        geometry,
                        bias != null);
        NDList arguments = bias == null ? new NDList(x, weight) : new NDList(x, weight, bias);
        return HalfConvolutionScript.source(layer, precision, x.getDevice().isGpu())
                .map(source -> apply(source, arguments));
    }

    @Override
    public boolean hasGradient(NDArray weight) {
        try (PtNDArray gradient = JniUtils.getGradient((PtNDArray) weight)) {
            return gradient != null;
        }
    }

    /** Those with a gradient: the engine's functions end at one without. */
    private NDList reached(NDList weights) {
        NDList reached = new NDList(weights.size());
        weights.stream().filter(this::hasGradient).forEach(reached::add);
        return reached;
    }

    @Override
    public void momentumStep(NDList weights, NDList velocities, MomentumNumbers numbers) {
        Map<Update, NDList[]> updates = new LinkedHashMap<>();
        for (int i = 0; i < weights.size(); i++) {
            NDArray weight = weights.get(i);
            if (!hasGradient(weight)) {
                continue;
            }
            Update update =
                    new Update(numbers.decays()[i], numbers.rates()[i], weight.getDataType());
            NDList[] arrays =
                    updates.computeIfAbsent(
                            update, key -> new NDList[] {new NDList(), new NDList()});
            arrays[0].add(weight);
            arrays[1].add(velocities.get(i));
        }
        updates.forEach((update, arrays) -> step(update, arrays[0], arrays[1], numbers));
    }

    private void step(Update update, NDList weights, NDList velocities, MomentumNumbers numbers) {
        IValue decay = IValue.from(update.decay());
        IValue rate = IValue.from(update.rate());
        if (numbers.momentum() == 0) {
            // The engine's own step takes no velocities then.
            call("descend", list(weights), list(velocities), decay, rate);
        } else {
            IValue momentum = IValue.from(numbers.momentum());
            IValue nesterov = IValue.from(numbers.nesterov());
            call("momentum", list(weights), list(velocities), decay, rate, momentum, nesterov);
        }
    }

    /** What weights must share for the engine to update them in one pass. */
    private record Update(double decay, double rate, DataType type) {}

    @Override
    public void adamStep(NDList weights, NDList first, NDList second, AdamNumbers numbers) {
        double[] shared = {
            numbers.beta1(),
            numbers.beta2(),
            numbers.epsilon(),
            numbers.firstShare(),
            numbers.secondRoot()
        };
        int[] moving =
                IntStream.range(0, weights.size())
                        .filter(i -> hasGradient(weights.get(i)))
                        .toArray();
        call(
                "adam",
                list(at(weights, moving)),
                list(at(first, moving)),
                list(at(second, moving)),
                IValue.listFrom(at(numbers.decays(), moving)),
                IValue.listFrom(at(numbers.rates(), moving)),
                IValue.listFrom(shared));
    }

    private static NDList at(NDList arrays, int[] indices) {
        NDList chosen = new NDList(indices.length);
        Arrays.stream(indices).mapToObj(arrays::get).forEach(chosen::add);
        return chosen;
    }

    private static double[] at(double[] numbers, int[] indices) {
        return Arrays.stream(indices).mapToDouble(i -> numbers[i]).toArray();
    }

    @Override
    public void clearGradients(NDList weights) {
        call("clear", list(reached(weights)));
    }

    @Override
    public void average(NDList averages, NDList weights, double decay) {
        call("average", list(averages), list(weights), IValue.from(decay));
    }

    @Override
    public double gradientNorm(NDList weights) {
        NDList reached = reached(weights);
        if (reached.isEmpty()) {
            return 0;
        }
        IValue[] arguments = {list(reached)};
        try (IValue norm = run(module(Scripts.UPDATES), "norm", arguments)) {
            return norm.toDouble();
        } finally {
            close(arguments);
        }
    }

    @Override
    public void scaleGradients(NDList weights, double factor) {
        call("scale", list(reached(weights)), IValue.from(factor));
    }

    @Override
    public boolean hasFusedConvolutions() {
        return Fusion.OFFERED;
    }

    @Override
    public Optional<CompiledModule> compile(String source, NDList constants) {
        PtSymbolBlock module = load(source);
        IValue[] arguments = {list(constants)};
        try {
            return Optional.of(new Module(module, run(module, "prepare", arguments)));
        } finally {
            close(arguments);
        }
    }

    private NDArray apply(String source, NDArray x) {
        return apply(source, new NDList(x));
    }

    private NDArray apply(String source, NDList arguments) {
        return IValueUtils.forward(module(source), arguments, true).singletonOrThrow();
    }

    private void call(String method, IValue... arguments) {
        try {
            run(module(Scripts.UPDATES), method, arguments).close();
        } finally {
            close(arguments);
        }
    }

    private static IValue run(PtSymbolBlock module, String method, IValue... arguments) {
        return IValueUtils.runMethod(module, method, arguments);
    }

    private static void close(IValue... values) {
        for (IValue value : values) {
            value.close();
        }
    }

    private static IValue list(NDList arrays) {
        return IValue.listFrom(
                arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
    }

    private PtSymbolBlock module(String source) {
        return modules.computeIfAbsent(source, this::load);
    }

    private PtSymbolBlock load(String source) {
        try (ByteArrayInputStream file = new ByteArrayInputStream(ScriptArchive.of(source))) {
            return JniUtils.loadModule(manager, file, false, false);
        } catch (IOException e) {
            throw new UncheckedIOException("the engine cannot read a module from memory", e);
        }
    }

    /** Found out once, when first asked. */
    private static final class Fusion {

        static final boolean OFFERED = isOffered();

        private static boolean isOffered() {
            try (ByteArrayInputStream file =
                            new ByteArrayInputStream(
                                    ScriptArchive.of(FusedConvolutionScript.PROBE));
                    NDManager scratch = Engine.getEngine("PyTorch").newBaseManager()) {
                JniUtils.loadModule((PtNDManager) scratch, file, false, false).close();
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException("the engine cannot read a module from memory", e);
            } catch (EngineException e) {
                // The compiler does not know the operations: what the question was.
                return false;
            }
        }
    }

    /** Closed once; a call that began before goes on, as the engine counts references. */
    private record Module(PtSymbolBlock module, IValue constants) implements CompiledModule {

        @Override
        public NDList call(String method, NDList arguments, NDManager owner) {
            IValue values = list(arguments);
            try (IValue results = run(module, method, values, constants)) {
                return new NDList(results.toTensorArray((PtNDManager) owner));
            } finally {
                values.close();
            }
        }

        @Override
        public void close() {
            constants.close();
            module.close();
        }
    }
}

package io.ssld.engine.internal.kernels;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.training.ParameterStore;
import io.ssld.engine.Precision;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Compiles the forward pass of whole networks in evaluation mode.
 *
 * <p>{@link Precision#BFLOAT16} is computed on any processor; one that oneDNN does not take it on
 * ({@link Processor#takesBfloat16()}) is left to the engine's usual operations, which are slower
 * there than 32 bits.
 *
 * <p>{@link Scripted} blocks and DJL's own common ones are written as a script ({@link
 * ScriptWriter}). Any other block answers by itself, in Java and in 32 bits, between what the
 * engine compiled of the rest.
 *
 * @param kernels what compiles
 * @param precision what to compute in; {@link Precision#FLOAT16} on a GPU only
 */
public record NetworkCompiler(Kernels kernels, Precision precision) {

    /** In the name that DJL makes up for some lambda blocks. */
    private static final String GENERATED = "$$Lambda";

    /**
     * Refuses nulls.
     *
     * @throws NullPointerException naming the component
     */
    public NetworkCompiler {
        Objects.requireNonNull(kernels, "kernels");
        Objects.requireNonNull(precision, "precision");
    }

    /**
     * Compiles a network with copies of its present weights, to be run on the device of the
     * manager.
     *
     * @param network an initialised network, with one input and logits as its first output;
     *     gradient recording must be off
     * @param manager the owner of what is made on the way, to be closed afterwards
     * @param stores where the arrays of the parameters come from, given an owner; asked now and
     *     whenever the function runs
     * @return the function
     * @throws UnsupportedOperationException if nothing of the network can be written or compiled;
     *     the message says why
     */
    public CompiledFunction compile(
            Block network, NDManager manager, Function<NDManager, ParameterStore> stores) {
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(stores, "stores");
        Device device = manager.getDevice();
        if (precision == Precision.FLOAT16 && !device.isGpu()) {
            throw new UnsupportedOperationException(
                    "precision must be FLOAT32 or BFLOAT16 on "
                            + device
                            + ", but was FLOAT16; that is for GPUs");
        }
        return compile(network, manager, stores, convolutions(device, Processor.takesBfloat16()));
    }

    /**
     * Compiles a network with the arrays of its own parameters.
     *
     * @param network an initialised network, with one input and logits as its first output;
     *     gradient recording must be off
     * @param manager the owner of what is made on the way, on the device of the parameters
     * @return the function
     * @throws UnsupportedOperationException if nothing of the network can be written or compiled;
     *     the message says why
     */
    public CompiledFunction compile(Block network, NDManager manager) {
        return compile(network, manager, owner -> new ParameterStore(owner, false));
    }

    ConvolutionScript convolutions(Device device, boolean takesBfloat16) {
        if (device.isGpu()) {
            return new GpuConvolutionScript();
        }
        boolean taken = precision != Precision.BFLOAT16 || takesBfloat16;
        return taken && kernels.hasFusedConvolutions()
                ? new FusedConvolutionScript()
                : new PlainConvolutionScript();
    }

    CompiledFunction compile(
            Block network,
            NDManager manager,
            Function<NDManager, ParameterStore> stores,
            ConvolutionScript convolutions) {
        ScriptWriter writer =
                new ScriptWriter(precision, convolutions, manager, stores.apply(manager));
        String logits = writer.network(network);
        Script script = writer.script();
        List<String> cuts = script.cuts().stream().map(NetworkCompiler::name).toList();
        if (!script.computes()) {
            throw new UnsupportedOperationException(
                    "network must have a block that can be written, but each answers by itself: "
                            + String.join(", ", cuts));
        }
        Program program = Program.of(script, logits);
        CompiledModule module =
                kernels.compile(program.source(), script.constants())
                        .orElseThrow(
                                () ->
                                        new UnsupportedOperationException(
                                                "the engine must run TorchScript, but the plain"
                                                        + " kernels are in use"));
        return new PartedFunction(module, program, cuts, stores);
    }

    private static String name(Block block) {
        String type = block.getClass().getName();
        if (block instanceof LambdaBlock lambda) {
            String name = lambda.getName();
            boolean told = !name.equals(LambdaBlock.DEFAULT_NAME) && !name.contains(GENERATED);
            return told ? type + " " + name : type;
        }
        return type;
    }
}

package io.ssld.engine.internal;

import ai.djl.ndarray.NDManager;
import ai.djl.nn.Block;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.util.Objects;

/**
 * What DJL cannot do with a TorchScript module: save it as a file that others load too, and put the
 * whole state of another one in its place, running statistics included. DJL lists a module's
 * parameters alone.
 */
public final class ScriptModule {

    private static final String MODULE = "ai.djl.pytorch.engine.PtSymbolBlock";
    private static final String JNI = "ai.djl.pytorch.jni.JniUtils";

    /** DJL writes its version, one byte, and the length of the archive, eight, before it. */
    private static final int FRAME = 1 + Long.BYTES;

    /** How a zip archive begins, which a TorchScript file is. */
    private static final byte[] ARCHIVE = {'P', 'K', 3, 4};

    private ScriptModule() {}

    /**
     * Tells a TorchScript module from other blocks.
     *
     * @param block any block
     * @return true if it is one of DJL's PyTorch engine
     */
    public static boolean is(Block block) {
        Objects.requireNonNull(block, "block");
        return block.getClass().getName().equals(MODULE);
    }

    /**
     * Writes a module as {@code torch.jit.save} does, so that {@code Model.load} and {@code
     * torch.jit.load} read it.
     *
     * @param module a TorchScript module
     * @param out where to, left open
     * @throws IOException if it cannot be written
     */
    public static void write(Block module, OutputStream out) throws IOException {
        requireModule(module);
        Objects.requireNonNull(out, "out");
        Unframed archive = new Unframed(out);
        DataOutputStream framed = new DataOutputStream(new BufferedOutputStream(archive));
        module.saveParameters(framed);
        framed.flush();
        archive.requireWhole();
    }

    /**
     * Returns a module's program, parameters and buffers.
     *
     * @param module a TorchScript module
     * @return what {@link #replace} reads
     * @throws IOException if it is larger than an array can be
     */
    public static byte[] state(Block module) throws IOException {
        requireModule(module);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            module.saveParameters(out);
        }
        return bytes.toByteArray();
    }

    /**
     * Puts what was saved in the place of a module, in evaluation mode. Its parameters are other
     * objects afterwards; arrays that were taken from it before are closed.
     *
     * @param module a TorchScript module in evaluation mode, whose last forward pass was in it too
     * @param manager the owner of the module
     * @param state of a module, by {@link #state}
     * @throws IOException if it is no module
     */
    public static void replace(Block module, NDManager manager, byte[] state) throws IOException {
        requireModule(module);
        Objects.requireNonNull(manager, "manager");
        Objects.requireNonNull(state, "state");
        try {
            Class<?> type = module.getClass();
            Class<?> jni = Class.forName(JNI);
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            long old =
                    (Long)
                            lookup.findVirtual(type, "getHandle", MethodType.methodType(Long.class))
                                    .invoke(module);
            // DJL keeps the list of parameters that it made first.
            ParameterList before = module.getParameters();
            Field listed = type.getDeclaredField("parameters");
            listed.setAccessible(true);
            module.loadParameters(manager, new DataInputStream(new ByteArrayInputStream(state)));
            listed.set(module, null);
            before.values().forEach(Parameter::close);
            lookup.findStatic(jni, "deleteModule", MethodType.methodType(void.class, long.class))
                    .invoke(old);
            // It comes in the mode that it was saved in, of which its block knows nothing.
            lookup.findStatic(jni, "enableInferenceMode", MethodType.methodType(void.class, type))
                    .invoke(module);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(
                    "a TorchScript module must take the state that was saved of it, but could not;"
                            + " use the version of DJL that ssld is built with",
                    e);
        }
    }

    private static void requireModule(Block block) {
        if (!is(block)) {
            throw new IllegalArgumentException(
                    "module must be a TorchScript module, but was a " + block.getClass().getName());
        }
    }

    /** Leaves out what DJL writes before an archive, after a look at how that begins. */
    private static final class Unframed extends FilterOutputStream {

        private long at;

        Unframed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int from = offset;
            int end = offset + length;
            while (from < end && at < FRAME + ARCHIVE.length) {
                if (at >= FRAME) {
                    if (bytes[from] != ARCHIVE[(int) at - FRAME]) {
                        throw notOne();
                    }
                    out.write(bytes[from]);
                }
                at++;
                from++;
            }
            out.write(bytes, from, end - from);
            at += end - from;
        }

        void requireWhole() throws IOException {
            if (at < FRAME + ARCHIVE.length) {
                throw notOne();
            }
        }

        private static IOException notOne() {
            return new IOException(
                    "a saved TorchScript module must be an archive, but DJL wrote none; use the"
                            + " version of DJL that ssld is built with");
        }
    }
}

package io.ssld.engine.internal.kernels;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript module without weights as the file that PyTorch loads: a zip of stored entries in
 * one folder, with the source of its class and a pickle of an object of it.
 */
final class ScriptArchive {

    private static final String FOLDER = "ssld/";

    private static final String CLASS =
            """
            class M(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
            """;

    /** An empty tuple, protocol 2. */
    private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

    private ScriptArchive() {}

    /**
     * Writes a module.
     *
     * @param methods methods in the form in which PyTorch writes them, not indented; {@code self}
     *     is of type {@code __torch__.M}
     * @return the file
     */
    static byte[] of(String methods) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "data.pkl", object());
            put(zip, "byteorder", text("little"));
            put(zip, "code/__torch__.py", text(CLASS + methods.indent(2)));
            put(zip, "constants.pkl", NO_CONSTANTS);
            put(zip, "version", text("3\n"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write to memory", e);
        }
        return bytes.toByteArray();
    }

    /** An object of the class, whose state is a dictionary {"training": True}. */
    private static byte[] object() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x80, 2});
        out.writeBytes(text("c__torch__\nM\n"));
        out.writeBytes(new byte[] {')', (byte) 0x81, '}'});
        byte[] name = text("training");
        out.writeBytes(new byte[] {'X', (byte) name.length, 0, 0, 0});
        out.writeBytes(name);
        out.writeBytes(new byte[] {(byte) 0x88, 's', 'b', '.'});
        return out.toByteArray();
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        CRC32 sum = new CRC32();
        sum.update(content);
        ZipEntry entry = new ZipEntry(FOLDER + name);
        entry.setSize(content.length);
        entry.setCompressedSize(content.length);
        entry.setCrc(sum.getValue());
        entry.setTime(0);
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}

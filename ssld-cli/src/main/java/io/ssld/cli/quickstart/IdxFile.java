package io.ssld.cli.quickstart;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.zip.GZIPInputStream;

/** Reads the gzip'ed IDX files in which the MNIST family of data sets comes. */
final class IdxFile {

    private static final int LABELS = 0x00000801;
    private static final int IMAGES = 0x00000803;
    private static final int SIDE = 28;
    private static final int MOST = 1_000_000;

    private IdxFile() {}

    /** Reads grey images of 28 x 28, one array of 784 bytes each. */
    static byte[][] images(Path file) throws IOException {
        try (DataInputStream in = open(file, IMAGES)) {
            int count = count(in, file);
            int height = in.readInt();
            int width = in.readInt();
            if (height != SIDE || width != SIDE) {
                throw new IOException(
                        file
                                + " must hold images of 28 x 28, but they are "
                                + height
                                + " x "
                                + width);
            }
            byte[][] images = new byte[count][SIDE * SIDE];
            for (byte[] image : images) {
                in.readFully(image);
            }
            return images;
        } catch (EOFException e) {
            throw new IOException(file + " must hold all its images, but is truncated", e);
        }
    }

    /** Reads one class number an image. */
    static byte[] labels(Path file) throws IOException {
        try (DataInputStream in = open(file, LABELS)) {
            byte[] labels = new byte[count(in, file)];
            in.readFully(labels);
            return labels;
        } catch (EOFException e) {
            throw new IOException(file + " must hold all its labels, but is truncated", e);
        }
    }

    private static DataInputStream open(Path file, int magic) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new IOException(
                    file
                            + " must exist, but does not; install Debian's dataset-fashion-mnist"
                            + " or name the folder that holds its four .gz files");
        }
        DataInputStream in =
                new DataInputStream(
                        new BufferedInputStream(
                                new GZIPInputStream(Files.newInputStream(file), 1 << 16)));
        int found = in.readInt();
        if (found != magic) {
            in.close();
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "%s must begin with %08x, but begins with %08x; it is another kind of"
                                    + " file",
                            file,
                            magic,
                            found));
        }
        return in;
    }

    private static int count(DataInputStream in, Path file) throws IOException {
        int count = in.readInt();
        if (count < 1 || count > MOST) {
            throw new IOException(
                    file + " must hold 1 to " + MOST + " entries, but claims " + count);
        }
        return count;
    }
}

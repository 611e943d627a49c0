package io.ssld.cli.quickstart;

import io.ssld.core.data.ImageList;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The part of Fashion-MNIST in the jar: 1,000 labelled training images, 4,000 of a pool whose
 * labels are not there, 1,000 test images.
 *
 * <p>In the jar: {@code images.gz}, 784 grey bytes an image in the order of the lists labelled,
 * pool, test; and these three lists in PaddleClas' format.
 */
public final class EmbeddedData {

    static final int LABELLED_PER_CLASS = 100;
    static final int POOL_PER_CLASS = 400;
    static final int TEST_PER_CLASS = 100;

    private static final String IMAGES = "images.gz";
    private static final List<String> LISTS = List.of("labelled.txt", "pool.txt", "test.txt");

    private EmbeddedData() {}

    /**
     * The unpacked data.
     *
     * @param labelled training images with labels
     * @param pool training images without
     * @param test labelled images that no network was trained on
     */
    record Lists(ImageList labelled, ImageList pool, ImageList test) {}

    /**
     * Unpacks the images as PNG files with their lists.
     *
     * @param folder where to
     * @return the lists
     */
    static Lists unpack(Path folder) throws IOException {
        Files.createDirectories(folder.resolve("images"));
        try (DataInputStream images = new DataInputStream(new GZIPInputStream(open(IMAGES)))) {
            for (String list : LISTS) {
                List<String> lines = lines(list);
                Files.write(folder.resolve(list), lines, StandardCharsets.UTF_8);
                for (String line : lines) {
                    byte[] grey = new byte[28 * 28];
                    images.readFully(grey);
                    ImageFolder.write(folder.resolve(line.split(" ", 2)[0]), grey);
                }
            }
        }
        return new Lists(
                ImageList.read(folder.resolve(LISTS.get(0)), folder),
                ImageList.read(folder.resolve(LISTS.get(1)), folder),
                ImageList.read(folder.resolve(LISTS.get(2)), folder));
    }

    private static List<String> lines(String list) throws IOException {
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(open(list), StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    static InputStream open(String name) throws IOException {
        InputStream in = EmbeddedData.class.getResourceAsStream(name);
        if (in == null) {
            throw new IOException(
                    "the jar must hold " + name + ", but does not; build the project again");
        }
        return in;
    }

    /**
     * Cuts the embedded part out of the full data set and writes what goes into the jar: {@code
     * java ... EmbeddedData FULL_SET OUT}. Equal input gives equal lists and images.
     *
     * @param args the folder of the full data set, and where to write
     * @throws IOException if the data set cannot be read or the files cannot be written
     */
    public static void main(String[] args) throws IOException {
        if (args.length != 2) {
            throw new IllegalArgumentException(
                    "EmbeddedData must get two folders, the full data set and the output, but got "
                            + args.length
                            + " arguments");
        }
        FashionMnist all = FashionMnist.read(Path.of(args[0]));
        write(all, all.cut(LABELLED_PER_CLASS, POOL_PER_CLASS, TEST_PER_CLASS), Path.of(args[1]));
    }

    static void write(FashionMnist all, FashionMnist.Cut cut, Path out) throws IOException {
        Files.createDirectories(out);
        List<String> labelled = new ArrayList<>();
        List<String> pool = new ArrayList<>();
        List<String> test = new ArrayList<>();
        try (OutputStream images = new BestGzip(Files.newOutputStream(out.resolve(IMAGES)))) {
            for (int number : cut.labelled()) {
                labelled.add(ImageFolder.name("train", number) + " " + all.trainLabel(number));
                images.write(all.trainImage(number));
            }
            for (int number : cut.pool()) {
                pool.add(ImageFolder.name("train", number));
                images.write(all.trainImage(number));
            }
            for (int number : cut.test()) {
                test.add(ImageFolder.name("test", number) + " " + all.testLabel(number));
                images.write(all.testImage(number));
            }
        }
        Files.write(out.resolve(LISTS.get(0)), labelled, StandardCharsets.UTF_8);
        Files.write(out.resolve(LISTS.get(1)), pool, StandardCharsets.UTF_8);
        Files.write(out.resolve(LISTS.get(2)), test, StandardCharsets.UTF_8);
    }

    private static final class BestGzip extends GZIPOutputStream {
        BestGzip(OutputStream out) throws IOException {
            super(out, 1 << 16);
            def.setLevel(Deflater.BEST_COMPRESSION);
        }
    }
}

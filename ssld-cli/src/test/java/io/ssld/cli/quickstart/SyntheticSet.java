package io.ssld.cli.quickstart;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** A data set in Fashion-MNIST's four files whose classes are ten bright rows. */
public final class SyntheticSet {

    private SyntheticSet() {}

    /** Writes so many images of each class. */
    public static Path write(Path folder, int trainPerClass, int testPerClass) throws IOException {
        Files.createDirectories(folder);
        part(folder, "train", trainPerClass, 1);
        part(folder, "t10k", testPerClass, 2);
        return folder;
    }

    private static void part(Path folder, String name, int perClass, long seed) throws IOException {
        int count = 10 * perClass;
        Random random = new Random(seed);
        ByteArrayOutputStream images = new ByteArrayOutputStream();
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        try (DataOutputStream pixels = new DataOutputStream(images);
                DataOutputStream classes = new DataOutputStream(labels)) {
            pixels.writeInt(0x803);
            pixels.writeInt(count);
            pixels.writeInt(28);
            pixels.writeInt(28);
            classes.writeInt(0x801);
            classes.writeInt(count);
            for (int i = 0; i < count; i++) {
                int label = i % 10;
                classes.writeByte(label);
                byte[] image = new byte[784];
                random.nextBytes(image);
                for (int p = 0; p < 784; p++) {
                    int row = p / 28;
                    boolean bright = row >= 2 * label + 4 && row < 2 * label + 6;
                    image[p] = (byte) (bright ? 255 : (image[p] & 0x3F));
                }
                pixels.write(image);
            }
        }
        gzip(folder.resolve(name + "-images-idx3-ubyte.gz"), images.toByteArray());
        gzip(folder.resolve(name + "-labels-idx1-ubyte.gz"), labels.toByteArray());
    }

    static void gzip(Path file, byte[] bytes) throws IOException {
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(bytes);
        }
    }
}

package io.ssld.selection;

import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;

/** Small images of one colour each. */
final class Pool {

    private Pool() {}

    /** Images {@code NNN.png}, no two alike. */
    static ImageList write(Path folder, int count) throws IOException {
        Files.createDirectories(folder);
        List<ImageEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Path name = Path.of(String.format(Locale.ROOT, "%03d.png", i));
            write(folder.resolve(name), 37 * i % 256, 91 * i % 256, i % 256);
            entries.add(ImageEntry.unlabelled(name));
        }
        return new ImageList(folder, entries);
    }

    static void write(Path file, int red, int green, int blue) throws IOException {
        BufferedImage image = new BufferedImage(10, 9, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 9; y++) {
            for (int x = 0; x < 10; x++) {
                image.setRGB(x, y, red << 16 | green << 8 | blue);
            }
        }
        ImageIO.write(image, "png", file.toFile());
    }
}

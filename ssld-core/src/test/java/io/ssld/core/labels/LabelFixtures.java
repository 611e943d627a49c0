package io.ssld.core.labels;

import ai.djl.Model;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.images.internal.TestImages;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.ViewSampler;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** Small images of noise, and networks that tell them apart by chance. */
public final class LabelFixtures {

    public static final int SIZE = 8;
    static final Augmentation VIEWS =
            ViewSampler.builder().optArea(0.3, 1).optFlipProbability(0.4).build();

    private LabelFixtures() {}

    /** Labels are the number modulo the classes. */
    public static ImageList images(Path root, int count, int classes) throws IOException {
        Random random = new Random(11);
        List<ImageEntry> entries = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            BufferedImage image = new BufferedImage(12, 10, BufferedImage.TYPE_INT_RGB);
            for (int y = 0; y < 10; y++) {
                for (int x = 0; x < 12; x++) {
                    image.setRGB(x, y, random.nextInt(0x1000000));
                }
            }
            Path path = Path.of(i + ".png");
            Files.createDirectories(root);
            Files.write(root.resolve(path), TestImages.encoded(image, "png"));
            entries.add(new ImageEntry(path, i % classes));
        }
        return new ImageList(root, entries);
    }

    public static Model network(int classes, int seed) {
        SequentialBlock block =
                new SequentialBlock()
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(16).build())
                        .add(Activation::relu)
                        .add(Linear.builder().setUnits(classes).build());
        Model model = Model.newInstance("network" + seed, "PyTorch");
        model.setBlock(block);
        model.getNDManager().getEngine().setRandomSeed(seed);
        block.initialize(model.getNDManager(), DataType.FLOAT32, new Shape(1, 3, SIZE, SIZE));
        return model;
    }

    static LabelRecorder.Builder recorder(int views) {
        return recorder(views, 8);
    }

    static LabelRecorder.Builder recorder(int views, int batch) {
        return LabelRecorder.builder()
                .setViews(VIEWS)
                .setViewCount(views)
                .setSize(SIZE)
                .optSeed(3)
                .optWorkers(2)
                .optBatchSize(batch);
    }

    /** Every file of a folder but the lock, by name. */
    static Map<String, String> bytes(Path folder) throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        try (Stream<Path> files = Files.list(folder).sorted()) {
            for (Path file : files.toList()) {
                if (!file.endsWith(".lock")) {
                    all.put(
                            file.getFileName().toString(),
                            java.util.HexFormat.of().formatHex(Files.readAllBytes(file)));
                }
            }
        }
        return all;
    }
}

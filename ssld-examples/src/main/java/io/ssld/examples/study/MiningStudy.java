package io.ssld.examples.study;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.translate.TranslateException;
import io.ssld.base.internal.AtomicFiles;
import io.ssld.base.internal.Json;
import io.ssld.core.Distiller;
import io.ssld.core.SupervisedTrainer;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Normalization;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.ViewSampler;
import io.ssld.losses.DistillationLoss;
import io.ssld.selection.GeneralImages;
import io.ssld.selection.KeptImages;
import io.ssld.selection.SoftLabeler;
import io.ssld.selection.TopKPerClass;
import io.ssld.selection.TrainingList;
import io.ssld.selection.duplicates.DuplicateResult;
import io.ssld.selection.duplicates.NearDuplicateFinder;
import io.ssld.selection.duplicates.PairVerdict;
import io.ssld.selection.duplicates.SelectionReport;
import io.ssld.selection.duplicates.UndecidedPolicy;
import io.ssld.weights.Safetensors;
import io.ssld.weights.StateDict;
import io.ssld.zoo.SmallModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What mining is worth, end to end on CIFAR-10: a student distilled on the labelled 10 % alone,
 * with the images mined from a pool, and with as many general ones drawn at random (SKL-UGI).
 *
 * <pre>
 * java ... io.ssld.examples.study.MiningStudy CIFAR CLOTHING OUT [SEEDS [FRACTION [EPOCHS]]]
 * </pre>
 *
 * <p>The teacher is trained on the labelled 10 % and on another 40 % that no student sees, for a
 * teacher that knows no more than the labels has nothing to give. The pool is the other half, with
 * 10 % of foreign images and copies of test images. All students have equal steps and no labels.
 * Each part is skipped if its file is there, so that a stopped study goes on.
 */
public final class MiningStudy {

    private static final int SIZE = 32;
    private static final int BATCH = 64;
    private static final int CLASSES = 10;
    private static final Normalization NORMALIZATION =
            Normalization.of(
                    new float[] {0.491f, 0.482f, 0.447f}, new float[] {0.247f, 0.243f, 0.262f});

    private final Path out;
    private final StudyPool data;
    private final int epochs;

    private MiningStudy(Path out, StudyPool data, int epochs) {
        this.out = out;
        this.data = data;
        this.epochs = epochs;
    }

    /** What the certificate and the selection made of the planted images. */
    record Mined(
            int pool,
            Map<String, String> copiesFound,
            int otherRemoved,
            int foreign,
            int foreignMined,
            int foreignDrawn,
            int mined,
            int copiesMined) {}

    /** One student. */
    record Run(String way, long seed, int images, double top1, double agreement, double seconds) {}

    /**
     * Runs the study.
     *
     * @param args folders of CIFAR-10 and of photographs, output folder, number of seeds (default
     *     3), fraction of the data (1), epochs of 78 steps (30)
     * @throws Exception if a file cannot be read or written
     */
    public static void main(String[] args) throws Exception {
        if (args.length < 3) {
            throw new IllegalArgumentException(
                    "arguments must be CIFAR CLOTHING OUT [SEEDS [FRACTION [EPOCHS]]]");
        }
        int seeds = args.length > 3 ? Integer.parseInt(args[3]) : 3;
        double fraction = args.length > 4 ? Double.parseDouble(args[4]) : 1;
        int epochs = args.length > 5 ? Integer.parseInt(args[5]) : 30;
        Path out = Path.of(args[2]);
        StudyPool data =
                StudyPool.make(
                        Path.of(args[0]), Path.of(args[1]), out.resolve("planted"), fraction);
        new MiningStudy(out, data, epochs).run(seeds);
    }

    private void run(int seeds) throws IOException, TranslateException, MalformedModelException {
        try (Model teacherModel = teacher()) {
            Teacher teacher = Teacher.of(teacherModel).named("teacher");
            Mined mined = mine(teacher);
            List<Run> runs = new ArrayList<>();
            for (long seed = 0; seed < seeds; seed++) {
                for (String way : List.of("labelled", "mined", "general")) {
                    runs.add(distilled(way, seed, teacher));
                }
            }
            Json.write(out.resolve("study.json"), Map.of("mining", mined, "runs", runs));
            AtomicFiles.writeString(out.resolve("study.md"), markdown(mined, runs));
        }
    }

    private Model teacher() throws IOException, TranslateException, MalformedModelException {
        Path weights = out.resolve("teacher.safetensors");
        Model model = Model.newInstance("teacher", "PyTorch");
        Block block = SmallModel.RESNET_X1_0.newBlock(CLASSES);
        model.setBlock(block);
        if (Files.exists(weights)) {
            Safetensors.read(weights)
                    .initialize(block, model.getNDManager(), new Shape(1, 3, SIZE, SIZE));
            return model;
        }
        ImageList images = data.labelled().merge(data.teacherOnly());
        SupervisedTrainer.builder()
                .setModel(model)
                .optRecipe(recipe(99, Math.max(1, images.size() / BATCH), Math.max(2, epochs / 2)))
                .optNormalization(NORMALIZATION)
                .build()
                .train(images, data.test());
        Safetensors.write(weights, StateDict.of(block), Map.of());
        return model;
    }

    private Mined mine(Teacher teacher) throws IOException, TranslateException {
        Path done = out.resolve("mining.json");
        if (Files.exists(done)) {
            return Json.read(done, Mined.class);
        }
        DuplicateResult duplicates =
                NearDuplicateFinder.against(data.test())
                        .optWindows(false)
                        .optCandidates(1)
                        .optMinSimilarity(0.95)
                        // Too small for SIFT: by similarity alone, mere likeness is removed, too.
                        .optUndecided(UndecidedPolicy.KEEP)
                        .optCache(out.resolve("descriptors"))
                        .build()
                        .find(data.pool());
        SelectionReport.builder().setResult(duplicates).build().writeTo(out.resolve("dedup"));
        ImageList kept = duplicates.kept();
        Path table = out.resolve("labels.tsv");
        Files.deleteIfExists(table);
        SoftLabeler.builder()
                .addTeacher(teacher)
                .setSize(SIZE)
                .optShortSide(SIZE)
                .optNormalization(NORMALIZATION)
                .build()
                .label(kept, table);
        Path list = out.resolve("topk.txt");
        int k = Math.max(1, data.pool().size() / CLASSES * 3 / 4);
        try (KeptImages best =
                TopKPerClass.builder()
                        .setK(k)
                        .optMinimumScore(0.4)
                        .build()
                        .select(List.of(table))) {
            best.writeList(list);
        }
        ImageList mined = ImageList.read(list, data.pool().root());
        ImageList drawn =
                GeneralImages.builder().setCount(mined.size()).build().draw(kept).images();
        write(mined, "mined");
        write(drawn, "general");
        Mined result =
                new Mined(
                        data.pool().size(),
                        found(duplicates),
                        (int) duplicates.removed().stream().filter(v -> !isCopy(name(v))).count(),
                        count(data.pool(), StudyPool.FOREIGN),
                        count(mined, StudyPool.FOREIGN),
                        count(drawn, StudyPool.FOREIGN),
                        mined.size(),
                        count(mined, StudyPool.COPY));
        Json.write(done, result);
        return result;
    }

    /** Merges with the labelled images; test images cannot enter. */
    private void write(ImageList chosen, String way) throws IOException {
        TrainingList.builder()
                .setLabelled(data.labelled())
                .addMined(chosen)
                .optValidation(data.test())
                .build()
                .merge()
                .images()
                .write(out.resolve(way + ".txt"));
    }

    private Map<String, String> found(DuplicateResult duplicates) {
        Map<String, String> found = new TreeMap<>();
        for (CopyTransform transform : CopyTransform.values()) {
            String prefix = StudyPool.COPY + transform.label() + "-";
            long removed =
                    duplicates.removed().stream().filter(v -> name(v).startsWith(prefix)).count();
            found.put(transform.label(), removed + " of " + count(data.pool(), prefix));
        }
        return found;
    }

    private static String name(PairVerdict verdict) {
        return verdict.poolImage().path().getFileName().toString();
    }

    private static boolean isCopy(String name) {
        return name.startsWith(StudyPool.COPY);
    }

    private static int count(ImageList images, String prefix) {
        return (int)
                images.entries().stream()
                        .filter(e -> e.path().getFileName().toString().startsWith(prefix))
                        .count();
    }

    private Run distilled(String way, long seed, Teacher teacher)
            throws IOException, TranslateException {
        Path done = out.resolve("run-" + way + "-" + seed + ".json");
        if (Files.exists(done)) {
            return Json.read(done, Run.class);
        }
        ImageList images =
                way.equals("labelled")
                        ? data.labelled()
                        : ImageList.read(out.resolve(way + ".txt"), data.labelled().root());
        try (Model student = Model.newInstance("student", "PyTorch")) {
            student.setBlock(SmallModel.MOBILENET_X1_0.newBlock(CLASSES));
            var result =
                    Distiller.builder()
                            .setTeacher(teacher)
                            .setStudent(student)
                            .setLoss(DistillationLoss.symmetricKl())
                            .optRecipe(recipe(seed, 78, epochs))
                            .optNormalization(NORMALIZATION)
                            .build()
                            .distill(images.unlabelled(), data.test());
            Run run =
                    new Run(
                            way,
                            seed,
                            images.size(),
                            100 * result.training().evaluation().top1(),
                            100 * result.agreement(),
                            result.training().seconds());
            Json.write(done, run);
            return run;
        }
    }

    private static Recipe recipe(long seed, int steps, int epochs) {
        return Recipe.ssld()
                .optEpochs(epochs)
                .optStepsPerEpoch(steps)
                .optBatchSize(BATCH)
                .optLearningRate(0.1)
                .optWeightDecay(5e-4)
                .optSize(SIZE)
                .optShortSide(SIZE)
                .optViews(ViewSampler.builder().optArea(0.6, 1).optAspectRatio(0.9, 1.1).build())
                .optSeed(seed)
                .build();
    }

    private static String markdown(Mined mined, List<Run> runs) {
        StringBuilder text =
                new StringBuilder("| trained on | images | top-1 by seed % | mean % |\n");
        text.append("|---|---|---|---|\n");
        for (String way : List.of("labelled", "mined", "general")) {
            List<Run> of = runs.stream().filter(run -> run.way().equals(way)).toList();
            text.append("| ").append(way).append(" | ").append(of.get(0).images()).append(" | ");
            for (Run run : of) {
                text.append(String.format(Locale.ROOT, "%.2f ", run.top1()));
            }
            double mean = of.stream().mapToDouble(Run::top1).average().orElseThrow();
            text.append(String.format(Locale.ROOT, "| %.2f |%n", mean));
        }
        return text.append('\n').append(Json.toString(mined)).append('\n').toString();
    }
}

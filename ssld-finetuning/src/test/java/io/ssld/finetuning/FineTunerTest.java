package io.ssld.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.run.RunListener;
import io.ssld.core.run.RunStart;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Freezing;
import io.ssld.core.train.LearningRateMultiplier;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.Augmentation;
import io.ssld.images.view.Interpolation;
import io.ssld.losses.DistillationLoss;
import io.ssld.weights.HostTensor;
import io.ssld.weights.Safetensors;
import io.ssld.weights.SsldWeights;
import io.ssld.weights.StateDict;
import io.ssld.zoo.SmallModel;
import io.ssld.zoo.SsldModel;
import io.ssld.zoo.djl.SavedModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FineTunerTest {

    @TempDir private Path folder;
    private ImageList training;
    private ImageList validation;
    private StateDict weights;

    @BeforeEach
    void setUp() throws IOException {
        training = ColouredSquares.write(folder.resolve("train"));
        validation = ColouredSquares.write(folder.resolve("val"));
        weights = ColouredSquares.otherWeights();
    }

    private FineTunerBuilder tuner() {
        return FineTuner.builder()
                .setPretrained(ColouredSquares.pretrained(weights))
                .setClassNames(ColouredSquares.CLASSES);
    }

    @Test
    void tune_labels_learnsTheClassesAndSavesThem() throws Exception {
        Path out = folder.resolve("out");
        FineTuner tuner =
                tuner().optRecipe(ColouredSquares.recipe(6).build())
                        .optOutput(out)
                        .optRun(run -> run.optWorkers(1))
                        .build();
        try (FineTunedModel model = tuner.tune(training, validation)) {
            assertThat(model.result().evaluation().top1()).isGreaterThan(0.8);
            assertThat(model.distillation()).isEmpty();
            StateDict saved = SavedModel.readWeights(out.resolve("model"));
            assertThat(saved).isEqualTo(StateDict.of(model.model().getBlock()));
        }
        SavedModel saved = SavedModel.read(out.resolve("model"));
        assertThat(saved.classNames()).isEqualTo(ColouredSquares.CLASSES);
        assertThat(saved.preprocessing().crop()).isEqualTo(28);
        assertThat(out.resolve("model/provenance.json"))
                .hasSameTextualContentAs(out.resolve("provenance.json"));
    }

    @Test
    void tune_frozenBody_changesTheNewClassifierAlone() throws Exception {
        Recipe recipe = ColouredSquares.recipe(1).optFreezing(Freezing.allButClassifier()).build();
        try (FineTunedModel model = tuner().optRecipe(recipe).build().tune(training, validation)) {
            Map<String, HostTensor> tuned = StateDict.of(model.model().getBlock()).tensors();
            List<String> changed =
                    tuned.entrySet().stream()
                            .filter(each -> !each.getValue().equals(weights.tensor(each.getKey())))
                            .map(Map.Entry::getKey)
                            .toList();
            assertThat(changed).hasSize(2).allMatch(name -> name.startsWith("head."));
        }
    }

    @Test
    void tune_sameClasses_goesOnWithTheirClassifier() throws Exception {
        Path out = folder.resolve("out");
        double top1;
        Recipe recipe = ColouredSquares.recipe(4).build();
        try (FineTunedModel model =
                tuner().optRecipe(recipe).optOutput(out).build().tune(training, validation)) {
            top1 = model.result().evaluation().top1();
        }
        FineTunerBuilder again =
                FineTuner.builder()
                        .setPretrained(Pretrained.saved(out.resolve("model")))
                        .setClassNames(ColouredSquares.CLASSES)
                        .optRecipe(ColouredSquares.recipe(1).build());
        try (FineTunedModel model = again.build().tune(training, validation)) {
            assertThat(model.result().before().top1()).isEqualTo(top1);
        }
        // Other names are other classes, however many.
        FineTuner others =
                FineTuner.builder()
                        .setPretrained(Pretrained.saved(out.resolve("model")))
                        .setClassNames(List.of("a", "b", "c"))
                        .optRecipe(
                                ColouredSquares.recipe(1).build().toBuilder()
                                        .optLearningRate(1e-12)
                                        .build())
                        .build();
        try (FineTunedModel model = others.tune(unnamed(training), unnamed(validation))) {
            assertThat(StateDict.of(model.model().getBlock()).tensor("head.weight"))
                    .isNotEqualTo(
                            SavedModel.readWeights(out.resolve("model")).tensor("head.weight"));
        }
    }

    /** The same images as a list that says nothing of its classes' names. */
    private static ImageList unnamed(ImageList images) {
        return new ImageList(images.root(), images.entries());
    }

    @Test
    void tune_namesOfOtherFolders_areRefused() throws Exception {
        FineTuner others =
                FineTuner.builder()
                        .setPretrained(ColouredSquares.pretrained(weights))
                        .setClassNames(List.of("a", "b", "c"))
                        .build();
        assertThatThrownBy(() -> others.tune(training, validation))
                .hasMessageContaining("class 0 is 'a' and 'blue'");
    }

    @Test
    void tune_tunedTeacher_comesFirstAndIsNotTunedAgain() throws Exception {
        Path out = folder.resolve("out");
        ImageList pool = ColouredSquares.write(folder.resolve("pool"));
        Recipe recipe = ColouredSquares.recipe(1).build();
        FineTunerBuilder first =
                tuner().optRecipe(recipe)
                        .optTeacher(tuner().optRecipe(recipe).build())
                        .addUnlabelled(pool)
                        .optLoss(DistillationLoss.jensenShannon())
                        .optOutput(out);
        try (FineTunedModel model = first.build().tune(training, validation)) {
            assertThat(model.distillation()).isPresent();
        }
        assertThat(out.resolve("teacher/model/model.safetensors")).exists();
        assertThat(out.resolve("student/model/README.md")).content().contains("agreement");
        assertThat(out.resolve("student/provenance.json")).content().contains(": 48");
        // The run is interrupted after the teacher was complete, and resumed.
        byte[] teacher = Files.readAllBytes(out.resolve("teacher/provenance.json"));
        StateDict student = SavedModel.readWeights(out.resolve("student/model"));
        delete(out.resolve("student"));
        FineTunerBuilder second =
                tuner().optRecipe(recipe)
                        .optTeacher(tuner().optRecipe(recipe).build())
                        .addUnlabelled(pool)
                        .optLoss(DistillationLoss.jensenShannon())
                        .optOutput(out)
                        .optResume(true);
        try (FineTunedModel model = second.build().tune(training, validation)) {
            assertThat(StateDict.of(model.model().getBlock())).isEqualTo(student);
        }
        assertThat(out.resolve("teacher/provenance.json")).hasBinaryContent(teacher);
    }

    private static void delete(Path gone) throws IOException {
        try (var walk = Files.walk(gone)) {
            for (Path path : walk.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Test
    void tune_readyTeacher_learnsFromUnlabelledImages() throws Exception {
        ImageList unlabelled = training.unlabelled();
        try (Model other = Model.newInstance("teacher", "PyTorch")) {
            other.setBlock(SmallModel.MOBILENET_X0_6.newBlock(3));
            other.getBlock()
                    .initialize(
                            other.getNDManager(),
                            ai.djl.ndarray.types.DataType.FLOAT32,
                            new Shape(1, 3, 28, 28));
            FineTuner tuner =
                    tuner().optRecipe(ColouredSquares.recipe(1).build())
                            .optTeacher(Teacher.of(other))
                            .optMinImagesPerClass(0)
                            .build();
            try (FineTunedModel model = tuner.tune(unlabelled, validation)) {
                assertThat(model.distillation()).isPresent();
            }
        }
    }

    @Test
    void optRun_isCalledForEachRun() throws Exception {
        List<Integer> started = new ArrayList<>();
        Recipe recipe = ColouredSquares.recipe(1).build();
        FineTuner teacher =
                tuner().optRecipe(recipe).optRun(run -> run.addListener(noting(started))).build();
        FineTuner tuner =
                tuner().optRecipe(recipe)
                        .optTeacher(teacher)
                        .optRun(run -> run.addListener(noting(started)))
                        .build();
        tuner.tune(training, validation).close();
        assertThat(started).containsExactly(4, 4);
    }

    private static RunListener noting(List<Integer> started) {
        return new RunListener() {
            @Override
            public void onStart(RunStart start) {
                started.add(start.stepsPerEpoch());
            }
        };
    }

    @Test
    void build_publishedNetwork_takesItsFactorsSizeAndInterpolation() {
        Pretrained lcNet =
                Pretrained.of(SsldModel.PPLCNET_X1_0, SsldWeights.of(weights), "lcnet.pdparams");
        Recipe recommended = recipeOf(lcNet, FineTuner.builder());
        assertThat(recommended.name()).isEqualTo("fineTune");
        assertThat(recommended.multipliers())
                .contains(
                        new LearningRateMultiplier("blocks2", 0.4),
                        new LearningRateMultiplier("blocks5", 0.8));
        assertThat(recipeOf(lcNet, FineTuner.builder().optMultipliers(List.of())).multipliers())
                .isEmpty();
        assertThat(
                        recipeOf(
                                        lcNet,
                                        FineTuner.builder()
                                                .optMultipliers(List.of(0., 0., 0., 0., 0., .5)))
                                .multipliers())
                .contains(new LearningRateMultiplier("blocks6", 0.5));
        Recipe frozen = Recipe.fixRes().build();
        assertThat(recipeOf(lcNet, FineTuner.builder().optRecipe(frozen))).isEqualTo(frozen);
        Pretrained hgNet =
                Pretrained.of(SsldModel.PPHGNET_TINY, SsldWeights.of(weights), "hgnet.pdparams");
        Recipe bicubic = recipeOf(hgNet, FineTuner.builder());
        assertThat(bicubic.shortSide()).hasValue(232);
        assertThat(((Augmentation) bicubic.views()).interpolation())
                .isEqualTo(Interpolation.PILLOW_BICUBIC);
    }

    private static Recipe recipeOf(Pretrained start, FineTunerBuilder builder) {
        return builder.setPretrained(start)
                .setClassNames(ColouredSquares.CLASSES)
                .build()
                .settings()
                .recipe();
    }

    @Test
    void tune_wrongWeights_areRefusedByName() throws Exception {
        StateDict residual;
        try (Model other = Model.newInstance("other", "PyTorch")) {
            other.setBlock(SmallModel.RESNET_X1_0.newBlock(5));
            other.getBlock()
                    .initialize(
                            other.getNDManager(),
                            ai.djl.ndarray.types.DataType.FLOAT32,
                            new Shape(1, 3, 28, 28));
            residual = StateDict.of(other.getBlock());
        }
        assertThatThrownBy(() -> tune(residual))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("other.safetensors: ")
                .hasMessageContaining("missing");
        Map<String, HostTensor> half = new LinkedHashMap<>(weights.tensors());
        String gone = half.keySet().iterator().next();
        half.remove(gone);
        assertThatThrownBy(() -> tune(StateDict.of(half)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(gone);
        Path file = folder.resolve("cut.safetensors");
        Safetensors.write(file, weights, Map.of());
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
        assertThatThrownBy(() -> Pretrained.read(ColouredSquares.NETWORK, file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("cut.safetensors");
    }

    private void tune(StateDict state) throws Exception {
        FineTuner.builder()
                .setPretrained(ColouredSquares.pretrained(state))
                .setClassNames(ColouredSquares.CLASSES)
                .optRecipe(ColouredSquares.recipe(3).build())
                .build()
                .tune(training, validation)
                .close();
    }

    @Test
    void tune_wrongImages_areRefusedByClass() {
        List<ImageEntry> entries = new ArrayList<>(training.entries());
        entries.add(new ImageEntry(entries.get(0).path(), 7));
        assertThatThrownBy(() -> tune(entries))
                .hasMessageMatching(
                        "training labels must be below the number of classes, 3, but .* has 7;.*");
        List<ImageEntry> none =
                training.entries().stream().filter(entry -> entry.label() != 1).toList();
        assertThatThrownBy(() -> tune(none))
                .hasMessageStartingWith(
                        "training images must be at least 2 a class, but were 0 of class 1"
                                + " 'green';");
        List<ImageEntry> one = new ArrayList<>(none);
        one.add(training.entries().stream().filter(e -> e.label() == 1).findFirst().orElseThrow());
        assertThatThrownBy(() -> tune(one)).hasMessageContaining("1 of class 1 'green'");
        ImageList beyond =
                new ImageList(validation.root(), List.of(new ImageEntry(Path.of("red/2.png"), 7)));
        FineTuner tuner = tuner().optRecipe(ColouredSquares.recipe(1).build()).build();
        assertThatThrownBy(() -> tuner.tune(training, beyond))
                .hasMessageStartingWith(
                        "validation labels must be less than the networks' 3 classes");
    }

    private void tune(List<ImageEntry> entries) throws Exception {
        tuner().build().tune(new ImageList(training.root(), entries), validation).close();
    }

    @Test
    void tune_fewImagesAllowed_learnsFromThem() throws Exception {
        List<ImageEntry> entries =
                training.entries().stream().filter(entry -> entry.label() != 1).toList();
        FineTuner tuner =
                tuner().optMinImagesPerClass(0)
                        .optRecipe(ColouredSquares.recipe(1).build())
                        .build();
        try (FineTunedModel model =
                tuner.tune(new ImageList(training.root(), entries), validation)) {
            assertThat(model.result().epochs()).hasSize(1);
        }
    }

    @Test
    void build_contradictions_areRefused() {
        assertThatThrownBy(() -> FineTuner.builder().build())
                .hasMessage("pretrained, classNames must be set before build()");
        assertThatThrownBy(
                        () ->
                                FineTuner.builder()
                                        .setPretrained(ColouredSquares.pretrained(weights))
                                        .setClassNames(List.of("red", "blue", "red"))
                                        .build())
                .hasMessage("class names must be different, but two were red");
        assertThatThrownBy(() -> tuner().optResume(true).build())
                .hasMessageStartingWith("output must be set to resume");
        assertThatThrownBy(() -> tuner().addUnlabelled(training).build())
                .hasMessageStartingWith("unlabelled images must have a teacher");
        assertThatThrownBy(() -> tuner().optMultipliers(List.of(0.1)).build())
                .hasMessageContaining("SmallMobileNet_x0_6");
        assertThatThrownBy(
                        () ->
                                FineTuner.builder()
                                        .setPretrained(
                                                Pretrained.of(
                                                        SsldModel.RESNET50_VD,
                                                        SsldWeights.of(weights),
                                                        "x"))
                                        .setClassNames(ColouredSquares.CLASSES)
                                        .optMultipliers(List.of(0.1, 0.2))
                                        .build())
                .hasMessageContaining("multipliers of ResNet50_vd must be 5");
        FineTuner others =
                FineTuner.builder()
                        .setPretrained(ColouredSquares.pretrained(weights))
                        .setClassNames(List.of("a", "b"))
                        .build();
        assertThatThrownBy(() -> tuner().optTeacher(others).build())
                .hasMessageContaining("must be fine-tuned for the student's classes");
        FineTuner elsewhere = tuner().optOutput(folder.resolve("elsewhere")).build();
        assertThatThrownBy(() -> tuner().optTeacher(elsewhere).build())
                .hasMessageContaining("has an output of its own");
        assertThatThrownBy(() -> tuner().optTeacher(others).optTeacher(tuner().build()))
                .hasMessageStartingWith("teacher must be set once");
        Recipe oblong = Recipe.fineTune().optSize(28, 56).build();
        assertThatThrownBy(() -> tuner().optRecipe(oblong).build())
                .hasMessageContaining("must be square");
    }
}

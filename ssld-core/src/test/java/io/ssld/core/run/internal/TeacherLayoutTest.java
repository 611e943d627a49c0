package io.ssld.core.run.internal;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.translate.Batchifier;
import ai.djl.util.Progress;
import io.ssld.core.Distiller;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.LayoutProbe;
import io.ssld.core.data.Normalization;
import io.ssld.core.labels.LabelFixtures;
import io.ssld.core.labels.LabelRecorder;
import io.ssld.core.run.StopSignal;
import io.ssld.core.teacher.CompiledTeacher;
import io.ssld.core.teacher.NetworkTeacher;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.core.train.Recipe;
import io.ssld.images.view.ViewSampler;
import io.ssld.losses.DistillationLoss;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In which layout teachers get images, wherever they are asked and whatever is around them. */
class TeacherLayoutTest {

    private static final int CLASSES = 2;
    private static final int SIDE = LabelFixtures.SIZE;

    @TempDir private Path folder;

    private final NDManager manager = NDManager.newBaseManager("PyTorch");
    private final Set<ImageLayout> seen = new TreeSet<>();

    @AfterEach
    void tearDown() {
        manager.close();
    }

    private NDList look(NDList inputs) {
        seen.add(LayoutProbe.of(inputs.head()));
        return inputs;
    }

    /** A function of the inputs, as users write one. */
    private Teacher function() {
        return inputs -> {
            look(inputs);
            NDArray mean = inputs.head().mean(new int[] {2}).mean(new int[] {2});
            return mean.get(":, :" + CLASSES).mul(5);
        };
    }

    /** Batches of images whose channels lie side by side, as a data set of DJL's may make them. */
    private record ChannelsLast() implements Dataset {

        @Override
        public Iterable<Batch> getData(NDManager owner) {
            NDManager own = owner.newSubManager();
            NDArray images =
                    own.arange(4f * 3 * SIDE * SIDE).div(1000).sin().reshape(4, 3, SIDE, SIDE);
            return List.of(
                    new Batch(
                            own,
                            ImageLayout.CHANNELS_LAST.lay(new NDList(images)),
                            new NDList(own.create(new int[] {0, 1, 0, 1})),
                            4,
                            Batchifier.STACK,
                            Batchifier.STACK,
                            0,
                            1));
        }

        @Override
        public void prepare(@Nullable Progress progress) {}
    }

    private static Distiller distiller(Model student, Teacher teacher) {
        return Distiller.builder()
                .setStudent(student)
                .setTeacher(teacher)
                .setLoss(DistillationLoss.symmetricKl())
                .optRecipe(
                        Recipe.ssld()
                                .optEpochs(1)
                                .optBatchSize(4)
                                .optStepsPerEpoch(1)
                                .optSize(SIDE)
                                .optShortSide(SIDE)
                                .optLearningRate(0.01)
                                .optWarmupEpochs(0)
                                .build())
                .build();
    }

    @Test
    void distill_functionOnADataSetOfChannelsLast_getsNchw() throws Exception {
        try (Model student = LabelFixtures.network(CLASSES, 1)) {
            distiller(student, function()).distill(new ChannelsLast(), new ChannelsLast());
        }
        assertThat(seen).containsExactly(ImageLayout.NCHW);
    }

    @Test
    void distill_functionThatWantsChannelsLast_getsThem() throws Exception {
        Teacher inner = function();
        Teacher wanting =
                new RunTeacher() {
                    @Override
                    public NDArray logits(NDList inputs) {
                        return inner.logits(inputs);
                    }

                    @Override
                    public ImageLayout layout() {
                        return ImageLayout.CHANNELS_LAST;
                    }
                };
        ImageList images = LabelFixtures.images(folder.resolve("images"), 8, CLASSES);
        try (Model student = LabelFixtures.network(CLASSES, 1)) {
            distiller(student, wanting).distill(images, images);
        }
        assertThat(seen).containsExactly(ImageLayout.CHANNELS_LAST);
    }

    @Test
    void planAndRecording_unfencedNetwork_getNchw() throws Exception {
        ImageList images = LabelFixtures.images(folder.resolve("images"), 8, CLASSES);
        try (Model student = LabelFixtures.network(CLASSES, 1)) {
            distiller(student, unfenced()).plan(images, images);
            assertThat(seen).containsExactly(ImageLayout.NCHW);
        }
        seen.clear();
        LabelRecorder.builder()
                .addTeacher(unfenced())
                .addTeacher(function())
                .setViews(ViewSampler.builder().build())
                .setViewCount(1)
                .setSize(SIDE)
                .build()
                .record(images, folder.resolve("store"));
        assertThat(seen).containsExactly(ImageLayout.NCHW);
    }

    /** Nothing fences DJL's own blocks. */
    private NetworkTeacher unfenced() {
        SequentialBlock block =
                new SequentialBlock()
                        .add(new LambdaBlock(this::look, "look"))
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(CLASSES).build());
        block.initialize(manager, DataType.FLOAT32, new Shape(1, 3, SIDE, SIDE));
        return Teacher.of(block);
    }

    @Test
    void logits_unfencedNetworkInsideOthers_getsNchw() {
        NDArray images =
                manager.arange(4f * 3 * SIDE * SIDE).div(1000).sin().reshape(4, 3, SIDE, SIDE);
        NDList last = ImageLayout.CHANNELS_LAST.lay(new NDList(images));
        NetworkTeacher network = unfenced();
        try (CompiledTeacher compiled = network.compiled()) {
            List<RunTeacher> all =
                    List.of(
                            network,
                            compiled,
                            Teacher.average(List.of(network, compiled)),
                            network.withNormalization(Normalization.HALF)
                                    .forInputs(Normalization.IMAGENET),
                            new InterruptibleTeacher(network, new StopSignal()),
                            Teacher.average(List.of(function())));
            for (RunTeacher each : all) {
                seen.clear();
                each.logits(last);
                each.logits(last);
                assertThat(each.layout()).as(each.toString()).isEqualTo(ImageLayout.NCHW);
                assertThat(seen).as(each.toString()).containsExactly(ImageLayout.NCHW);
            }
            assertThat(compiled.check().orElseThrow().used()).isTrue();
        }
        assertThat(LayoutProbe.of(last.head())).isEqualTo(ImageLayout.CHANNELS_LAST);
    }
}

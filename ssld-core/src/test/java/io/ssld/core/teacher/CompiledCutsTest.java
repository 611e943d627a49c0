package io.ssld.core.teacher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.AbstractBlock;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.Parameter;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.pooling.Pool;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.ssld.engine.internal.kernels.Processor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Compiled teachers of which some blocks answer by themselves. */
class CompiledCutsTest {

    private static final Shape SHAPE = new Shape(64, 3, 16, 16);
    private static final int SETTLED = 200;
    private static final int CALLS = SETTLED + 300;
    private static final long MEGABYTE = 1 << 20;

    private final NDManager manager = NDManager.newBaseManager();

    @AfterEach
    void closeManager() {
        manager.close();
    }

    /** x + shift, with one weight, which is 1 at first. */
    static final class Shifted extends AbstractBlock {

        private final Parameter shift =
                addParameter(
                        Parameter.builder()
                                .setName("shift")
                                .setType(Parameter.Type.GAMMA)
                                .optShape(new Shape(1))
                                .build());

        @Override
        protected NDList forwardInternal(
                ParameterStore store,
                NDList inputs,
                boolean training,
                PairList<String, Object> params) {
            NDArray x = inputs.singletonOrThrow();
            return new NDList(x.add(store.getValue(shift, x.getDevice(), training)));
        }

        @Override
        public Shape[] getOutputShapes(Shape[] inputShapes) {
            return inputShapes;
        }
    }

    private SequentialBlock network(Block inside) {
        Block pool = Pool.avgPool2dBlock(new Shape(4, 4), new Shape(4, 4));
        SequentialBlock network =
                new SequentialBlock()
                        .add(conv(32))
                        .add(BatchNorm.builder().build())
                        .add(Activation.reluBlock())
                        .add(inside)
                        .add(conv(16))
                        .add(Activation.swishBlock(1))
                        .add(pool)
                        .add(Blocks.batchFlattenBlock())
                        .add(Linear.builder().setUnits(5).build());
        manager.getEngine().setRandomSeed(9);
        network.initialize(manager, DataType.FLOAT32, SHAPE);
        return network;
    }

    private static Conv2d conv(int filters) {
        return Conv2d.builder()
                .setFilters(filters)
                .setKernelShape(new Shape(3, 3))
                .optPadding(new Shape(1, 1))
                .build();
    }

    private NDList inputs() {
        return new NDList(manager.randomNormal(SHAPE));
    }

    private static float scale(NDArray logits) {
        return logits.abs().max().getFloat();
    }

    @Test
    void logits_cuts_theNetworksAndTold() {
        NetworkTeacher plain = Teacher.of(network(new Shifted()));
        NDList inputs = inputs();
        NDArray expected = plain.logits(inputs);
        try (CompiledTeacher compiled = plain.compiled()) {
            compiled.logits(inputs);
            NDArray logits = compiled.logits(inputs);
            assertThat(logits.toFloatArray())
                    .containsExactly(expected.toFloatArray(), within(1e-4f * scale(expected)));
            assertThat(logits.hasGradient()).isFalse();
            CompiledTeacher.Check check = compiled.check().orElseThrow();
            assertThat(check.used()).isTrue();
            assertThat(check.difference()).isLessThan(1e-4);
            assertThat(check.cuts())
                    .containsExactly(
                            Shifted.class.getName(), LambdaBlock.class.getName() + " avgPool2d");
            assertThat(compiled.measures()).containsEntry("compiledCuts", 2.0);
        }
    }

    @Test
    void logits_cutsInBfloat16_withinTheCheck() {
        NetworkTeacher plain = Teacher.of(network(new Shifted()));
        try (CompiledTeacher compiled = plain.compiled(TeacherPrecision.BFLOAT16)) {
            compiled.logits(inputs());
            CompiledTeacher.Check check = compiled.check().orElseThrow();
            assertThat(check.used()).isTrue();
            assertThat(check.cuts()).hasSize(2);
            if (Processor.hasBfloat16()) {
                assertThat(check.difference()).isBetween(1e-5, 0.1);
            } else {
                assertThat(check.difference()).isLessThan(1e-4);
            }
        }
    }

    /** In evaluation a block answers the same twice; one that does not is found out. */
    @Test
    void logits_cutThatVaries_networkAnswers() {
        int[] calls = new int[1];
        Block varying = LambdaBlock.singleton(x -> x.mul(++calls[0]));
        NetworkTeacher plain = Teacher.of(network(varying));
        try (CompiledTeacher compiled = plain.compiled()) {
            compiled.logits(inputs());
            CompiledTeacher.Check check = compiled.check().orElseThrow();
            assertThat(check.used()).isFalse();
            assertThat(check.reason()).startsWith("logits must differ by at most");
        }
    }

    @Test
    void close_withCuts_networkAnswers() {
        NetworkTeacher plain = Teacher.of(network(new Shifted()));
        CompiledTeacher compiled = plain.compiled();
        NDList inputs = inputs();
        compiled.logits(inputs);
        compiled.close();
        assertThat(compiled.logits(inputs)).isEqualTo(plain.logits(inputs));
        assertThat(compiled.check().orElseThrow().cuts()).isEmpty();
    }

    /** As on another device: copies of the weights, those of the cuts too. */
    @Test
    void replica_changedNetwork_answersAsBefore() {
        SequentialBlock network = network(new Shifted());
        NDList inputs = inputs();
        CompiledTeacher compiled = Teacher.of(network).compiled();
        NDArray expected = Teacher.of(network).logits(inputs);
        try (NDManager owner = manager.newSubManager()) {
            CompiledTeacher replica = compiled.replica(Device.cpu(), owner);
            network.getParameters().values().forEach(p -> p.getArray().muli(3).addi(1));
            NDArray logits = replica.logits(inputs);
            assertThat(replica.check().orElseThrow().used()).isTrue();
            assertThat(logits.toFloatArray())
                    .containsExactly(expected.toFloatArray(), within(1e-4f * scale(expected)));
            owner.close();
            assertThat(replica.check().orElseThrow().reason()).isEqualTo("closed");
        }
        assertThat(compiled.check()).isEmpty();
        assertThat(compiled.onDevice(Device.cpu(), manager)).isSameAs(compiled);
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads the resident set from /proc")
    void logits_threeHundredCalls_memoryFlat() {
        assertThat(growth(new Shifted())).isLessThan(24 * MEGABYTE);
    }

    /**
     * The same measurement sees two megabytes a call, as one of the network's values has: more than
     * what earlier tests left free in the process can hide.
     */
    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "reads the resident set from /proc")
    void logits_cutThatLeaks_isSeen() {
        Block leaking =
                LambdaBlock.singleton(
                        x -> {
                            manager.ones(new Shape(512 * 1024));
                            return x.mul(2);
                        });
        assertThat(growth(leaking)).isGreaterThan(100 * MEGABYTE);
    }

    private long growth(Block inside) {
        long before = 0;
        try (CompiledTeacher compiled = Teacher.of(network(inside)).compiled()) {
            NDArray images = manager.randomNormal(SHAPE);
            for (int call = 0; call < CALLS; call++) {
                try (NDManager batch = manager.newSubManager()) {
                    NDArray view = images.reshape(SHAPE);
                    view.attach(batch);
                    compiled.logits(new NDList(view));
                }
                if (call == SETTLED) {
                    before = residentBytes();
                }
            }
            assertThat(compiled.check().orElseThrow().used()).isTrue();
        }
        return residentBytes() - before;
    }

    private static long residentBytes() {
        System.gc();
        try {
            String[] pages = Files.readString(Path.of("/proc/self/statm")).split(" ", 3);
            return Long.parseLong(pages[1]) * 4096;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

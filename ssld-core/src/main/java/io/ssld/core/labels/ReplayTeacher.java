package io.ssld.core.labels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.ssld.base.internal.ClassNameMatch;
import io.ssld.core.data.ImageLayout;
import io.ssld.core.data.internal.RecordedViews;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.ForwardingTeacher;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.engine.internal.Inference;
import io.ssld.engine.internal.Replica;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Says what a teacher said earlier about the very same views, from a {@link SoftLabelStore}: no
 * teacher in memory, and no forward pass. It looks at the keys of examples and not at their pixels,
 * so it can tell nothing of other images, such as those of a validation.
 */
public final class ReplayTeacher extends ForwardingTeacher {

    private final SoftLabelStore store;
    private final TailPolicy tail;
    private final RunTeacher fallback;

    /** Whether the live teacher's first answer was looked at. */
    private final AtomicBoolean looked = new AtomicBoolean();

    private ReplayTeacher(SoftLabelStore store, TailPolicy tail, RunTeacher fallback) {
        this.store = store;
        this.tail = tail;
        this.fallback = fallback;
    }

    public static ReplayTeacher of(SoftLabelStore store) {
        if (!store.isWhole()) {
            throw new IllegalArgumentException(
                    "store must be whole, but "
                            + store.folder()
                            + " is share "
                            + store.shard()
                            + "; merge it with the others");
        }
        return new ReplayTeacher(store, TailPolicy.SPREAD, new Nobody(store.folder()));
    }

    /**
     * Returns this teacher with another way of treating the classes that labels do not name.
     *
     * @param policy the way; the default is {@link TailPolicy#SPREAD}
     * @return the teacher
     */
    public ReplayTeacher withTail(TailPolicy policy) {
        Objects.requireNonNull(policy, "policy");
        return new ReplayTeacher(store, policy, fallback);
    }

    /**
     * Returns this teacher with a live one for images that have no labels, and for validation.
     *
     * @param teacher as a rule the teacher that was recorded
     * @return the teacher
     * @throws IllegalArgumentException if its classes have other names than the store's
     */
    public ReplayTeacher withFallback(Teacher teacher) {
        Objects.requireNonNull(teacher, "teacher");
        RunTeacher live = RunTeacher.of(teacher);
        ClassNameMatch.require(
                name(), store.header().classNames(), "teacher " + live.name(), live.classNames());
        return new ReplayTeacher(store, tail, live);
    }

    /**
     * Returns where the labels are from.
     *
     * @return the store
     */
    public SoftLabelStore store() {
        return store;
    }

    /**
     * Answers inputs without keys.
     *
     * @throws IllegalArgumentException if there is no live teacher
     */
    @Override
    public NDArray logits(NDList inputs) {
        return fallback.logits(inputs);
    }

    /**
     * Returns log-probabilities.
     *
     * @throws IllegalArgumentException if an image has no labels and there is no live teacher,
     *     naming the image
     * @throws java.io.UncheckedIOException if the store is damaged, naming the file
     */
    @Override
    public NDArray logits(NDList inputs, List<ViewKey> keys) {
        if (keys.isEmpty()) {
            return logits(inputs);
        }
        int classes = store.header().classes();
        float[] rows = new float[Math.multiplyExact(keys.size(), classes)];
        List<Integer> missing = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            ViewKey key = keys.get(i);
            if (store.contains(key.digest())) {
                store.readAll(key.digest(), key.view(), tail, rows, i * classes);
            } else {
                missing.add(i);
            }
        }
        if (!missing.isEmpty()) {
            requireFallback(keys.get(missing.get(0)));
            fill(inputs, keys, missing, rows, classes);
        }
        NDArray first = inputs.head();
        NDManager manager = first.getManager();
        // A copy in the engine's memory: nothing holds the Java buffer while the loss is computed.
        try (NDArray held = manager.create(rows, new Shape(keys.size(), classes))) {
            NDArray result = Replica.copy(held, first.getDevice());
            result.attach(manager);
            return result;
        }
    }

    private void requireFallback(ViewKey key) {
        if (!isLive()) {
            throw new IllegalArgumentException(
                    "image must have labels in "
                            + store.folder()
                            + ", but "
                            + key.image()
                            + " (content "
                            + String.format(Locale.ROOT, "%016x", key.digest())
                            + ") has none; record it, leave it out, or add a live teacher");
        }
    }

    /** Asks the live teacher about the examples that have no labels, and them alone. */
    private void fill(
            NDList inputs, List<ViewKey> keys, List<Integer> missing, float[] rows, int classes) {
        RunTeacher live = fallback;
        List<ViewKey> others = missing.stream().map(keys::get).toList();
        NDArray answer =
                Inference.run(
                        inputs,
                        seen -> {
                            NDList some = new NDList(seen.size());
                            for (NDArray input : seen) {
                                NDList slices = new NDList(missing.size());
                                for (int i : missing) {
                                    slices.add(input.get(new NDIndex(i + ":" + (i + 1))));
                                }
                                some.add(NDArrays.concat(slices));
                            }
                            NDArray said = AnswerCheck.of(live, some, others);
                            if (!looked.getAndSet(true)) {
                                AnswerCheck.requireLogits(live, said);
                            }
                            return said.toType(DataType.FLOAT32, false).logSoftmax(1);
                        });
        try (answer) {
            if (answer.size(1) != classes) {
                throw new IllegalArgumentException(
                        "live teacher must have the store's "
                                + classes
                                + " classes, but "
                                + live.name()
                                + " has "
                                + answer.size(1)
                                + "; use the teacher that was recorded");
            }
            float[] values = answer.toFloatArray();
            for (int i = 0; i < missing.size(); i++) {
                System.arraycopy(values, i * classes, rows, missing.get(i) * classes, classes);
            }
        }
    }

    @Override
    protected RunTeacher inner() {
        return fallback;
    }

    @Override
    protected RunTeacher around(RunTeacher other) {
        return other instanceof Nobody ? this : new ReplayTeacher(store, tail, other);
    }

    @Override
    public Optional<RecordedViews> recordedViews() {
        return Optional.of(store.header().recordedViews());
    }

    @Override
    public String name() {
        return "recorded " + store.header().teacher();
    }

    @Override
    public List<String> classNames() {
        List<String> recorded = store.header().classNames();
        return recorded.isEmpty() ? fallback.classNames() : recorded;
    }

    /** Of the store; a live teacher's own digest, where it tells one, follows after a plus. */
    @Override
    public String digest() {
        return isLive() ? store.digest() + "+" + fallback.digest() : store.digest();
    }

    private boolean isLive() {
        return !(fallback instanceof Nobody);
    }

    /**
     * Who is asked about other images where there is no live teacher.
     *
     * @param folder the store's
     */
    private record Nobody(Path folder) implements RunTeacher {

        @Override
        public NDArray logits(NDList inputs) {
            throw new IllegalArgumentException(
                    "inputs must be recorded views to be answered from "
                            + folder
                            + ", but are not known to be; add a live teacher by withFallback");
        }

        @Override
        public boolean needsKeys() {
            return true;
        }

        /** Nobody looks at the pixels. */
        @Override
        public ImageLayout layout() {
            return ImageLayout.CHANNELS_LAST;
        }
    }
}

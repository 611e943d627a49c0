package io.ssld.examples.study;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.core.labels.LabelRecorder;
import io.ssld.core.labels.ReplayTeacher;
import io.ssld.core.labels.SoftLabelStore;
import io.ssld.core.labels.TailPolicy;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.core.teacher.Teacher;
import io.ssld.images.view.CenterCrop;
import io.ssld.images.view.ViewSampler;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;

/**
 * What recorded labels cost in accuracy, on CIFAR-10: students that learn without labels from the
 * live teacher, from a store of all classes, of three classes, of a quarter of the views, and, as
 * the control that should lose, from one label an image whatever the view.
 *
 * <pre>
 * java ... io.ssld.examples.study.LabelStoreStudy CIFAR OUT [SEEDS [FRACTION [EPOCHS]]]
 * </pre>
 *
 * <p>The students of one store share its labels and views and differ in first weights and order;
 * see {@link CifarStudents} for the arguments.
 */
public final class LabelStoreStudy {

    /** Where a student's labels are from. */
    private enum Way {
        LIVE("live teacher"),
        ALL("store, 10 of 10 classes"),
        THREE("store, 3 of 10 classes"),
        CYCLED("store, 10 classes, a quarter of the views"),
        IMAGE("one label an image");

        private final String title;

        Way(String title) {
            this.title = title;
        }
    }

    private final CifarStudents students;
    private final Teacher live;

    private LabelStoreStudy(CifarStudents students, Teacher live) {
        this.students = students;
        this.live = live;
    }

    /**
     * Runs the study.
     *
     * @param args see above
     * @throws Exception if a file cannot be read or written
     */
    public static void main(String[] args) throws Exception {
        CifarStudents students = new CifarStudents(args);
        try (Model model = students.teacher()) {
            LabelStoreStudy study = new LabelStoreStudy(students, CifarStudents.live(model));
            for (long seed : students.seeds()) {
                for (Way way : Way.values()) {
                    String name = way.name().toLowerCase(Locale.ROOT);
                    students.distil(
                            name, way.title, seed, study.teacher(way), UnaryOperator.identity());
                }
            }
        }
        students.report("study");
    }

    private Teacher teacher(Way way) throws IOException {
        int views = students.epochs();
        int all = CifarStudents.CLASSES;
        int size = CifarStudents.SIZE;
        return switch (way) {
            case LIVE -> live;
            case ALL -> ReplayTeacher.of(store("all", CifarStudents.VIEWS, views, all));
            case THREE -> ReplayTeacher.of(store("three", CifarStudents.VIEWS, views, 3));
            case CYCLED ->
                    ReplayTeacher.of(
                            store("cycled", CifarStudents.VIEWS, Math.max(1, views / 4), all));
            case IMAGE -> new ImageLabels(store("image", new CenterCrop(size, size, size), 1, all));
        };
    }

    /** Records, or goes on recording, or opens what was recorded. */
    private SoftLabelStore store(String name, ViewSampler views, int count, int topK)
            throws IOException {
        Path path = students.file("store-" + name);
        LabelRecorder.builder()
                .addTeacher(live)
                .setViews(views)
                .setViewCount(count)
                .setSize(CifarStudents.SIZE)
                .optTopK(topK)
                .optNormalization(CifarStudents.NORMALIZATION)
                .build()
                .record(students.unlabelled(), path);
        return SoftLabelStore.open(path);
    }

    /** What caches of one label an image do: the label of its centre, whatever view is shown. */
    private record ImageLabels(SoftLabelStore store) implements RunTeacher {

        @Override
        public NDArray logits(NDList inputs) {
            throw new UnsupportedOperationException("one label an image has no answer to pixels");
        }

        @Override
        public NDArray logits(NDList inputs, List<ViewKey> keys) {
            int classes = CifarStudents.CLASSES;
            float[] rows = new float[keys.size() * classes];
            for (int i = 0; i < keys.size(); i++) {
                store.readAll(keys.get(i).digest(), 0, TailPolicy.SPREAD, rows, i * classes);
            }
            NDArray held = inputs.head().getManager().create(rows, new Shape(keys.size(), classes));
            // Away from the Java buffer, which the engine does not keep.
            return held.duplicate();
        }

        @Override
        public boolean needsKeys() {
            return true;
        }

        @Override
        public String name() {
            return "labels of images";
        }
    }
}

package io.ssld.selection;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.translate.TranslateException;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Quarantine;
import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.data.internal.BatchIterator;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.labels.internal.LabelMeter;
import io.ssld.core.labels.internal.LabelTeachers;
import io.ssld.core.teacher.AnswerCheck;
import io.ssld.core.teacher.RunTeacher;
import io.ssld.engine.internal.Engines;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Labels the images of one shard, none of them twice. */
final class ShardLabeler {

    private final RunTeacher teacher;
    private final LabelView view;
    private final int topK;

    ShardLabeler(RunTeacher teacher, LabelView view, int topK) {
        this.teacher = teacher;
        this.view = view;
        this.topK = topK;
    }

    Shard label(ImageList images, LabelMeter meter) throws IOException, TranslateException {
        Quarantine quarantine = new Quarantine();
        for (ImageEntry entry : images.entries()) {
            // No list of what is selected could name it.
            String unlistable = ImageList.unlistable(entry);
            if (unlistable != null) {
                quarantine.add(images.resolve(entry), unlistable);
            }
        }
        Answers answers = new Answers(images, quarantine);
        try (NDManager manager = Engines.newManager(teacher.parameters());
                BatchIterator batches =
                        view.batches(images, teacher.layout(), quarantine).pass(manager, 0)) {
            for (ExampleBatch next = next(batches, images, quarantine);
                    next != null;
                    next = next(batches, images, quarantine)) {
                try (ExampleBatch batch = next) {
                    int bad = quarantine.size();
                    answers.add(batch);
                    meter.add(batch.size() + bad - answers.reported, bad - answers.reported);
                    answers.reported = bad;
                }
            }
        }
        Shard shard = answers.toShard();
        int late = shard.quarantined().size() - answers.reported;
        meter.add(late, late);
        return shard;
    }

    /** A pass in which every image is bad fails; here that is a shard without rows. */
    private static @Nullable ExampleBatch next(
            BatchIterator batches, ImageList images, Quarantine quarantine)
            throws IOException, TranslateException {
        try {
            return batches.next();
        } catch (IOException e) {
            if (quarantine.size() == images.size()) {
                return null;
            }
            throw e;
        }
    }

    /** What was answered so far, image by image. */
    private final class Answers {

        private final ImageList images;
        private final Quarantine quarantine;
        private final List<ImageEntry> entries = new ArrayList<>();
        private final List<List<ClassScore>> scores = new ArrayList<>();
        private int position;
        private int classes;
        private int reported;

        Answers(ImageList images, Quarantine quarantine) {
            this.images = images;
            this.quarantine = quarantine;
        }

        void add(ExampleBatch batch) {
            float[] logits = logits(batch);
            for (int i = 0; i < batch.size(); i++) {
                ImageEntry entry = nextUsable();
                float[] row = Arrays.copyOfRange(logits, i * classes, (i + 1) * classes);
                entries.add(entry);
                scores.add(LikeliestClasses.of(row, Math.min(topK, classes), entry.path()));
            }
        }

        /** A pass hands out images in order and quarantines the bad ones before those after. */
        private ImageEntry nextUsable() {
            ImageEntry entry = images.entries().get(position++);
            while (quarantine.contains(images.resolve(entry))) {
                entry = images.entries().get(position++);
            }
            return entry;
        }

        /** Logits of a batch filled up to its full size, so that every pass has one shape. */
        private float[] logits(ExampleBatch batch) {
            NDArray answer = LabelTeachers.ask(teacher, batch.inputs(), view.batchSize());
            int answered = (int) answer.size(1);
            if (classes == 0) {
                AnswerCheck.requireNoProbabilities(teacher, answer);
                classes = answered;
            }
            LabelTeachers.requireClasses(classes, answered);
            return answer.toFloatArray();
        }

        /** Digests the files and writes the rows. */
        Shard toShard() throws IOException {
            List<Path> files = entries.stream().map(images::resolve).toList();
            List<ContentDigests.Content> contents = ContentDigests.of(files, view.workers());
            List<String> rows = new ArrayList<>();
            for (int i = 0; i < files.size(); i++) {
                ContentDigests.Content content = contents.get(i);
                String fault = content.fault();
                if (fault == null) {
                    rows.add(
                            RowText.format(
                                    new SoftLabel(
                                            content.digest(),
                                            text(entries.get(i).path()),
                                            scores.get(i))));
                } else {
                    quarantine.add(files.get(i), fault); // gone since it was decoded
                }
            }
            return new Shard(classes, rows, quarantined());
        }

        private List<QuarantinedImage> quarantined() {
            List<QuarantinedImage> bad = new ArrayList<>();
            Map<Path, String> reasons = new HashMap<>();
            quarantine.entries().forEach(entry -> reasons.put(entry.path(), entry.reason()));
            for (ImageEntry entry : images.entries()) {
                String reason = reasons.get(images.resolve(entry));
                if (reason != null) {
                    bad.add(new QuarantinedImage(entry.path(), reason));
                }
            }
            return bad;
        }
    }

    private static String text(Path path) {
        return path.toString().replace(File.separatorChar, '/');
    }
}

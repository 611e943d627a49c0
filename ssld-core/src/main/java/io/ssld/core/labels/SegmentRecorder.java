package io.ssld.core.labels;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.data.Quarantine;
import io.ssld.core.data.QuarantinedImage;
import io.ssld.core.data.internal.ExampleBatch;
import io.ssld.core.data.internal.ImageContents;
import io.ssld.core.data.internal.ViewBatches;
import io.ssld.core.data.internal.ViewKey;
import io.ssld.core.labels.internal.LabelMeter;
import io.ssld.core.labels.internal.LabelTeachers;
import io.ssld.core.teacher.RunTeacher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Labels the images of one segment, group after group, from wherever its journal is. */
final class SegmentRecorder {

    private final RunTeacher teacher;
    private final LabelStoreHeader header;
    private final ViewBatches batches;
    private final int groupImages;
    private final LabelMeter meter;

    SegmentRecorder(
            RunTeacher teacher,
            LabelStoreHeader header,
            ViewBatches batches,
            int groupImages,
            LabelMeter meter) {
        this.teacher = teacher;
        this.header = header;
        this.batches = batches;
        this.groupImages = groupImages;
        this.meter = meter;
    }

    /**
     * Asks a teacher about a batch filled up to its full size.
     *
     * @return log-probabilities of the batch's own views, row by row
     */
    static float[] ask(RunTeacher teacher, NDList inputs, int batchSize) {
        NDArray logits = LabelTeachers.ask(teacher, inputs, batchSize);
        float[] all = logits.logSoftmax(1).toFloatArray();
        int own = (int) (inputs.head().size(0) * logits.size(1));
        return own < all.length ? Arrays.copyOf(all, own) : all;
    }

    /**
     * Does what is missing of the segment, and seals it.
     *
     * @param from its first image; for a share one within it
     * @param to the first image behind it
     */
    void record(Path folder, int number, int from, int to, ImageContents all, NDManager manager)
            throws IOException {
        try (SegmentJournal journal = SegmentJournal.open(folder, header, number)) {
            int done = Math.min(to - from, journal.groups() * groupImages);
            meter.skip((long) done * header.viewCount(), journal.unusable());
            if (from + done < to) {
                new Work(journal, all, from + done, to).run(manager);
            }
            journal.seal();
        }
    }

    /** What is left of a segment. */
    private final class Work {

        private final SegmentJournal journal;
        private final ImageList images;
        private final long[] digests;
        private final Quarantine quarantine = new Quarantine();
        private final Map<Long, ByteBuffer> blocks = new HashMap<>();
        private int group;

        Work(SegmentJournal journal, ImageContents all, int from, int to) {
            this.journal = journal;
            images = new ImageList(all.images().root(), all.images().entries().subList(from, to));
            digests = all.digests().subList(from, to).stream().mapToLong(d -> d).toArray();
        }

        void run(NDManager manager) throws IOException {
            try (ViewBatches.Pass pass = batches.pass(manager, images, digests, quarantine)) {
                long counted = 0;
                int bad = 0;
                for (ExampleBatch next = pass.next(); next != null; next = pass.next()) {
                    try (ExampleBatch batch = next) {
                        finishUntil(pass.group());
                        add(batch);
                    }
                    meter.add(pass.position() - counted, quarantine.size() - bad);
                    counted = pass.position();
                    bad = quarantine.size();
                }
                finishUntil((images.size() + groupImages - 1) / groupImages);
                meter.add(pass.position() - counted, quarantine.size() - bad);
            }
        }

        private void add(ExampleBatch batch) {
            float[] rows = ask(teacher, batch.inputs(), header.batchSize());
            int classes = rows.length / batch.size();
            LabelTeachers.requireClasses(header.classes(), classes);
            for (int i = 0; i < batch.size(); i++) {
                ViewKey key = batch.keys().get(i);
                ByteBuffer block =
                        blocks.computeIfAbsent(
                                key.digest(),
                                digest ->
                                        ByteBuffer.allocate(header.blockBytes())
                                                .order(ByteOrder.LITTLE_ENDIAN));
                header.format().write(rows, i * classes, block);
            }
        }

        /** Writes the groups that are behind. */
        private void finishUntil(int next) throws IOException {
            for (; group < next; group++) {
                List<Long> names = new ArrayList<>();
                List<byte[]> labels = new ArrayList<>();
                List<QuarantinedImage> bad = new ArrayList<>();
                int end = Math.min(images.size(), (group + 1) * groupImages);
                for (int i = group * groupImages; i < end; i++) {
                    ByteBuffer block = blocks.remove(digests[i]);
                    if (block == null) {
                        bad.add(reason(images.entries().get(i)));
                    } else {
                        ByteBuffer records = block.duplicate().flip();
                        block.putInt(SegmentFile.checksum(digests[i], records));
                        names.add(digests[i]);
                        byte[] bytes = new byte[header.blockBytes()];
                        block.get(0, bytes);
                        labels.add(bytes);
                    }
                }
                journal.append(names, labels, bad);
            }
        }

        private QuarantinedImage reason(ImageEntry entry) {
            Path path = images.resolve(entry);
            String reason =
                    quarantine.entries().stream()
                            .filter(image -> image.path().equals(path))
                            .findFirst()
                            .orElseThrow()
                            .reason();
            return new QuarantinedImage(entry.path(), reason);
        }
    }
}

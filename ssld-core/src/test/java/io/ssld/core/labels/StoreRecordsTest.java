package io.ssld.core.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.Model;
import io.ssld.base.internal.Half;
import io.ssld.core.data.ImageList;
import io.ssld.core.labels.StoreIndex.SegmentFacts;
import io.ssld.core.teacher.Teacher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stores whose checksums are right and whose labels are none. */
class StoreRecordsTest {

    private static final int VIEWS = 3;
    private static final int K = 4;
    private static final int IMAGE = 2;
    private static final int VIEW = 1;
    private static final short NAN = 0x7E00;
    private static final short INFINITE = (short) 0xFC00;

    @TempDir private Path folder;

    private SoftLabelStore recorded(int topK) throws IOException {
        ImageList images = LabelFixtures.images(folder.resolve("images"), 5, 10);
        try (Model model = LabelFixtures.network(10, 1)) {
            LabelFixtures.recorder(VIEWS, 3)
                    .addTeacher(Teacher.of(model))
                    .optTopK(topK)
                    .build()
                    .record(images, folder.resolve("good" + topK));
        }
        return SoftLabelStore.open(folder.resolve("good" + topK));
    }

    /** The store with one record changed, and all checksums made to fit. */
    private static Path forged(SoftLabelStore good, Path to, Consumer<ByteBuffer> change)
            throws IOException {
        LabelStoreHeader header = good.header();
        SegmentFile segment = good.segment(0);
        List<byte[]> blocks = new ArrayList<>();
        for (int i = 0; i < segment.images(); i++) {
            byte[] block = segment.block(i);
            if (i == IMAGE) {
                int length = header.format().bytes();
                ByteBuffer bytes = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
                change.accept(bytes.slice(VIEW * length, length).order(ByteOrder.LITTLE_ENDIAN));
                int end = block.length - Integer.BYTES;
                bytes.putInt(end, SegmentFile.checksum(segment.digest(i), bytes.slice(0, end)));
            }
            blocks.add(block);
        }
        try (StoreFolder open = StoreFolder.lock(to)) {
            SegmentFile.write(to, header, 0, good.images(), blocks, List.of());
            SegmentFile written = SegmentFile.open(to, header, 0);
            StoreIndex.of(
                            header,
                            good.shard(),
                            List.of(new SegmentFacts(0, written.images(), written.sha256())),
                            List.of())
                    .write(open.path().resolve(StoreIndex.STORE));
        }
        return to;
    }

    private void assertRefused(SoftLabelStore good, String name, Consumer<ByteBuffer> change)
            throws IOException {
        Path place = forged(good, folder.resolve(name), change);
        SoftLabelStore store = SoftLabelStore.open(place);
        long image = store.images()[IMAGE];
        String named = String.format(Locale.ROOT, "image %016x, view %d", image, VIEW);
        float[] all = new float[10];
        assertThatThrownBy(() -> store.read(image, VIEW))
                .as(name)
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(named);
        assertThatThrownBy(() -> store.readAll(image, 0, TailPolicy.SPREAD, all, 0))
                .as(name)
                .hasMessageContaining(named);
        assertThatThrownBy(() -> SoftLabelStore.open(place).verify())
                .as(name)
                .isInstanceOf(LabelStoreException.class)
                .hasMessageContaining(named);
        assertThatThrownBy(() -> LabelStores.merge(List.of(place), folder.resolve("merged" + name)))
                .as(name)
                .hasMessageContaining(named);
        assertThatCode(() -> store.read(store.images()[0], 0)).doesNotThrowAnyException();
    }

    @Test
    void read_likeliestClassesThatAreNoLabel_areRefusedWithImageAndView() throws Exception {
        SoftLabelStore good = recorded(K);
        forged(good, folder.resolve("same"), record -> {});
        assertThat(SoftLabelStore.open(folder.resolve("same")).digest()).isEqualTo(good.digest());
        int values = K * Short.BYTES;
        int tail = 2 * K * Short.BYTES;
        assertRefused(good, "nan", record -> record.putShort(values + 2, NAN));
        assertRefused(good, "infinite", record -> record.putShort(tail - 2, INFINITE));
        assertRefused(good, "positive", record -> record.putShort(values, Half.of(0.5)));
        assertRefused(good, "twice", record -> record.putShort(2, record.getShort(0)));
        assertRefused(good, "beyond", record -> record.putShort(2, (short) 10));
        assertRefused(good, "negative", record -> record.putShort(2, (short) -1));
        assertRefused(good, "order", record -> record.putShort(values, Half.of(-60000)));
        assertRefused(good, "nanTail", record -> record.putShort(tail, NAN));
        assertRefused(good, "positiveTail", record -> record.putShort(tail, Half.of(1)));
        assertRefused(good, "infiniteTail", record -> record.putShort(tail, INFINITE));
    }

    @Test
    void read_allClassesThatAreNoLabel_areRefusedWithImageAndView() throws Exception {
        SoftLabelStore good = recorded(10);
        assertRefused(good, "denseNan", record -> record.putShort(6, NAN));
        assertRefused(good, "denseInfinite", record -> record.putShort(6, INFINITE));
        assertRefused(good, "densePositive", record -> record.putShort(18, Half.of(0.001)));
    }
}

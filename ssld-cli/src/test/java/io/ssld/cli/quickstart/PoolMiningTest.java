package io.ssld.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.Model;
import io.ssld.core.data.ImageEntry;
import io.ssld.core.data.ImageList;
import io.ssld.core.teacher.Teacher;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mining of the quickstart's pool. */
class PoolMiningTest {

    @TempDir private Path folder;

    @Test
    void run_plantedCopies_areAllKeptOut_andThePoolStays() throws Exception {
        EmbeddedData.Lists data = EmbeddedData.unpack(folder);
        try (Model model = EmbeddedTeacher.load()) {
            PoolMining.Mined mined =
                    new PoolMining(folder.resolve("mining"), data).run(Teacher.of(model));
            Mining summary = mined.summary();
            assertThat(summary.kinds())
                    .extracting(Mining.Row::planted)
                    .containsExactly(20, 20, 20, 20, 20, 40);
            List<Mining.Row> copies = summary.kinds().subList(0, 5);
            assertThat(copies).allSatisfy(row -> assertThat(row.asCopies()).isEqualTo(20));
            assertThat(summary.poolTakenForCopies()).isZero();
            Mining.Row foreign = summary.kinds().get(5);
            assertThat(foreign.asCopies()).isZero();
            assertThat(foreign.unsure()).isPositive();
            assertThat(foreign.unsure() + foreign.unlike()).isEqualTo(40);
            assertThat(summary.kinds()).allMatch(row -> row.left() == 0);
            assertThat(summary.poolUnsure()).isBetween(1, 120);
            assertThat(summary.poolUnlike()).isBetween(1, 20);
            assertThat(summary.kept())
                    .isEqualTo(mined.pool().size())
                    .isEqualTo(4000 - summary.poolUnsure() - summary.poolUnlike());
            assertThat(mined.pool().entries()).noneMatch(ImageEntry::isLabelled);
            assertThat(mined.pool().entries())
                    .noneMatch(entry -> entry.path().toString().contains("planted"));
        }
        assertThat(folder.resolve("mining/dedup/removed.csv")).content().contains("EXACT_FILE");
    }

    @Test
    void highest_plainAndMovedImages_isZeroAndOne() throws Exception {
        ImageFolder.write(folder.resolve("plain.png"), new byte[784]);
        ImageFolder.write(folder.resolve("spot.png"), spot(400, 100));
        ImageFolder.write(folder.resolve("moved.png"), spot(400 - 28 - 1, 50));
        ImageFolder.write(folder.resolve("far.png"), spot(402, 100));
        ImageList pool = list("plain.png", "spot.png", "moved.png", "far.png");
        assertThat(PixelLikeness.highest(pool, list("plain.png"))).containsOnly(0);
        float[] toSpot = PixelLikeness.highest(pool, list("plain.png", "spot.png"));
        assertThat(toSpot[0]).isZero();
        assertThat(toSpot[1]).isCloseTo(1, within(1e-5f));
        assertThat(toSpot[2]).isCloseTo(1, within(1e-5f));
        // Two spots at different places: -1 / (n - 1) of n pixels.
        assertThat(toSpot[3]).isLessThan(0.01f);
    }

    private static byte[] spot(int at, int value) {
        byte[] grey = new byte[784];
        grey[at] = (byte) value;
        return grey;
    }

    private ImageList list(String... names) {
        return new ImageList(
                folder,
                List.of(names).stream().map(name -> ImageEntry.unlabelled(Path.of(name))).toList());
    }
}

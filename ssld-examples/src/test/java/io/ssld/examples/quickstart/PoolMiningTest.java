package io.ssld.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

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
            assertThat(foreign.unsure() + foreign.left()).isEqualTo(40);
            assertThat(summary.poolUnsure()).isLessThan(100);
            assertThat(summary.kept())
                    .isEqualTo(mined.pool().size())
                    .isEqualTo(4000 - summary.poolUnsure() + foreign.left());
            assertThat(mined.pool().entries()).noneMatch(ImageEntry::isLabelled);
            assertThat(mined.pool().entries())
                    .filteredOn(entry -> entry.path().toString().contains("planted"))
                    .hasSize(foreign.left());
        }
        assertThat(folder.resolve("mining/dedup/removed.csv")).content().contains("EXACT_FILE");
    }

    @Test
    void find_plainImages_areNoCopiesOfOneAnother() throws Exception {
        ImageFolder.write(folder.resolve("a.png"), new byte[784]);
        byte[] spot = new byte[784];
        spot[400] = 100;
        ImageFolder.write(folder.resolve("b.png"), spot);
        byte[] moved = new byte[784];
        moved[400 - 28 - 1] = 50;
        ImageFolder.write(folder.resolve("c.png"), moved);
        byte[] far = new byte[784];
        far[402] = 100;
        ImageFolder.write(folder.resolve("d.png"), far);
        ImageList pool = list("a.png", "b.png", "c.png", "d.png");
        assertThat(PixelCopies.find(pool, list("a.png"))).isEmpty();
        assertThat(PixelCopies.find(pool, list("b.png")))
                .extracting(entry -> entry.path().toString())
                .containsExactly("b.png", "c.png");
    }

    private ImageList list(String... names) {
        return new ImageList(
                folder,
                List.of(names).stream().map(name -> ImageEntry.unlabelled(Path.of(name))).toList());
    }
}

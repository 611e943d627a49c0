package io.ssld.cli.quickstart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FashionMnistTest {

    private static final String TRAIN_IMAGES = "train-images-idx3-ubyte.gz";

    @TempDir private Path folder;

    @BeforeEach
    void setUp() throws IOException {
        SyntheticSet.write(folder, 12, 6);
    }

    @Test
    void cut_anySet_isBalancedDisjointAndComplete() throws Exception {
        FashionMnist all = FashionMnist.read(folder);
        FashionMnist.Cut cut = all.cut(3, 5, 4);
        for (int c = 0; c < 10; c++) {
            int label = c;
            assertThat(cut.labelled()).filteredOn(i -> all.trainLabel(i) == label).hasSize(3);
            assertThat(cut.pool()).filteredOn(i -> all.trainLabel(i) == label).hasSize(5);
            assertThat(cut.test()).filteredOn(i -> all.testLabel(i) == label).hasSize(4);
        }
        Set<Integer> train = new HashSet<>(cut.labelled());
        train.addAll(cut.pool());
        train.addAll(cut.restOfTrain());
        assertThat(train).hasSize(120);
        assertThat(cut.labelled().size() + cut.pool().size() + cut.restOfTrain().size())
                .isEqualTo(120);
        assertThat(cut.test().size() + cut.restOfTest().size()).isEqualTo(60);
        assertThat(all.cut(3, 5, 4)).isEqualTo(cut);
        assertThat(cut.labelled()).isSorted();
    }

    @Test
    void write_sameCut_givesTheSameFiles() throws Exception {
        FashionMnist all = FashionMnist.read(folder);
        Path one = folder.resolve("one");
        Path two = folder.resolve("two");
        EmbeddedData.write(all, all.cut(2, 3, 1), one);
        EmbeddedData.write(all, all.cut(2, 3, 1), two);
        for (String file : List.of("images.gz", "labelled.txt", "pool.txt", "test.txt")) {
            assertThat(two.resolve(file)).hasSameBinaryContentAs(one.resolve(file));
        }
        assertThat(Files.readAllLines(one.resolve("labelled.txt")))
                .hasSize(20)
                .allMatch(line -> line.matches("images/train-\\d{5}\\.png \\d"));
        assertThat(Files.readAllLines(one.resolve("pool.txt")))
                .hasSize(30)
                .allMatch(line -> line.matches("images/train-\\d{5}\\.png"));
    }

    @Test
    void read_missingFile_saysWhereToGetIt() throws Exception {
        Files.delete(folder.resolve(TRAIN_IMAGES));
        assertThatThrownBy(() -> FashionMnist.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(TRAIN_IMAGES + " must exist")
                .hasMessageContaining("dataset-fashion-mnist");
    }

    @Test
    void read_truncatedFile_isNamed() throws Exception {
        byte[] header = {0, 0, 8, 3, 0, 0, 0, 9, 0, 0, 0, 28, 0, 0, 0, 28, 1, 2, 3};
        SyntheticSet.gzip(folder.resolve(TRAIN_IMAGES), header);
        assertThatThrownBy(() -> FashionMnist.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(TRAIN_IMAGES + " must hold all its images, but is truncated");
    }

    @Test
    void read_hugeCount_isRefusedBeforeAllocating() throws Exception {
        byte[] header = {0, 0, 8, 3, 0x7F, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28};
        SyntheticSet.gzip(folder.resolve(TRAIN_IMAGES), header);
        assertThatThrownBy(() -> FashionMnist.read(folder))
                .hasMessageContaining("must hold 1 to 1000000 entries, but claims 2130706432");
    }

    @Test
    void read_labelsForImages_isRefused() throws Exception {
        Files.copy(folder.resolve("t10k-labels-idx1-ubyte.gz"), folder.resolve("copy"));
        byte[] labels = Files.readAllBytes(folder.resolve("copy"));
        Files.write(folder.resolve(TRAIN_IMAGES), Arrays.copyOf(labels, labels.length));
        assertThatThrownBy(() -> FashionMnist.read(folder))
                .hasMessageContaining("must begin with 00000803, but begins with 00000801");
    }
}

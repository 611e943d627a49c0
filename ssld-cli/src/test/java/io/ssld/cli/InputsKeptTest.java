package io.ssld.cli;

import static io.ssld.cli.Ran.ssld;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ssld.cli.use.Thumbnails;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a command reads, and files beside those that it writes, stay as they are. */
class InputsKeptTest {

    @TempDir private Path folder;

    @BeforeEach
    void files() throws IOException {
        for (String name : List.of("images/a", "images/b", "run/val")) {
            Files.createDirectories(folder.resolve(name));
        }
        BufferedImage image = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB);
        ImageIO.write(image, "png", folder.resolve("images/a/1.png").toFile());
        image.setRGB(3, 3, 0xFF0000);
        ImageIO.write(image, "png", folder.resolve("images/b/2.png").toFile());
        Files.writeString(folder.resolve("list.txt"), "images/a/1.png\nimages/b/2.png\n");
        Files.writeString(folder.resolve("other.txt"), "images/b/2.png\n");
        Files.writeString(folder.resolve("weights.safetensors"), "weights");
        Files.writeString(folder.resolve("in.npy"), "numbers");
        Files.createSymbolicLink(folder.resolve("link.txt"), folder.resolve("list.txt"));
    }

    private Ran run(String line) {
        String[] words = line.split(" ");
        return ssld(
                Arrays.stream(words).map(w -> w.replace("@", folder + "/")).toArray(String[]::new));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select merge --labelled @list.txt --mined @other.txt --out @list.txt --force",
                "select merge --labelled @other.txt --mined @list.txt --out @link.txt --force",
                "select merge --labelled @list.txt --mined @other.txt --out @images/../other.txt"
                        + " --force",
                "select merge --labelled @other.txt --mined @list.txt --val @l.txt.dropped.csv"
                        + " --out @l.txt --force",
                "select ugi --pool @list.txt --count 1 --out @list.txt --force",
                "select topk --labels @list.txt --k 1 --out @list.txt --force",
                "select topk --labels @other.txt --k 1 --keep @x.tsv --out @x.tsv --force",
                "select label --model SmallMobileNet_x1_0=random --pool @list.txt --out @list.txt"
                        + " --force",
                "select dedup --pool @images --against @run/val --out @images --force",
                "select within --pool @images/a --out @images --force",
                "select run --model SmallMobileNet_x1_0=random --pool @images --labelled"
                        + " @list.txt --val @run/val --k 1 --out @run --force",
                "train --model SmallMobileNet_x1_0 --train @images --val @run/val --out @run"
                        + " --force",
                "distill --student SmallMobileNet_x1_0 --teacher @run/val --train @images --val"
                        + " @images --out @run --force",
                "finetune --model SmallMobileNet_x1_0=@weights.safetensors --train @images --val"
                        + " @run/val --out @run --force",
                "evaluate --model SmallMobileNet_x1_0=random --val @run/val --out @run --force",
                "label export @list.txt --out @list.txt --force",
                "zoo convert --model ResNet50_vd --from @weights.safetensors --to"
                        + " @weights.safetensors",
                "zoo logits --model ResNet50_vd --weights @weights.safetensors --input @in.npy"
                        + " --output @in.npy",
            })
    void command_writingOverWhatItReads_isRefused(String line) throws Exception {
        Ran ran = run(line);
        assertThat(ran.exit()).as(ran.err()).isEqualTo(2);
        assertThat(ran.err()).contains(" must ", "choose another place for what is written");
        assertThat(folder.resolve("list.txt")).hasContent("images/a/1.png\nimages/b/2.png\n");
        assertThat(folder.resolve("link.txt")).isSymbolicLink();
        assertThat(folder.resolve("other.txt")).hasContent("images/b/2.png\n");
        assertThat(folder.resolve("weights.safetensors")).hasContent("weights");
        assertThat(folder.resolve("in.npy")).hasContent("numbers");
        assertThat(folder.resolve("images/a/1.png")).isNotEmptyFile();
        assertThat(folder.resolve("run/val")).isDirectory();
    }

    @Test
    void merge_fileBesideTheList_isReplacedOnlyWhenForced() throws Exception {
        Path beside = Files.writeString(folder.resolve("new.txt.dropped.csv"), "mine");
        String line = "select merge --labelled @list.txt --mined @other.txt --out @new.txt";
        Ran ran = run(line);
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("new.txt.dropped.csv free beside it", "--force");
        assertThat(beside).hasContent("mine");
        assertThat(folder.resolve("new.txt")).doesNotExist();
        assertThat(run(line + " --force").exit()).isZero();
        assertThat(beside).content().startsWith("path,reason,other");
    }

    @Test
    void label_fileBesideTheTable_isNotReplaced() throws Exception {
        Path beside = Files.writeString(folder.resolve("l.tsv.quarantine.csv"), "mine");
        Ran ran =
                run(
                        "select label --model SmallMobileNet_x1_0=random --classes 4 --size 16"
                                + " --pool @list.txt --out @l.tsv");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err()).contains("l.tsv.quarantine.csv free beside it");
        assertThat(beside).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"dedup --against @other.txt", "within"})
    void duplicates_resumeAndForce_contradict(String command) {
        Ran ran =
                run(
                        "select "
                                + command
                                + " --pool @list.txt --out @out --resume --force --undecided KEEP");
        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("--resume must not go with --force");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void png_imageOfTooManyPixels_isNotDecoded() throws Exception {
        Path file = folder.resolve("huge.png");
        BufferedImage huge = new BufferedImage(12_000, 9_000, BufferedImage.TYPE_BYTE_BINARY);
        ImageIO.write(huge, "png", file.toFile());
        assertThatThrownBy(() -> Thumbnails.png(file, 96))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("100000000");
    }
}

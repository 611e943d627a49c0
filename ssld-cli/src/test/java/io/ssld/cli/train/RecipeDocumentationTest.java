package io.ssld.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads every YAML block of README.md and docs/ as {@code --config} does: all are recipes. */
class RecipeDocumentationTest {

    private static final Path ROOT =
            Objects.requireNonNull(Path.of("").toAbsolutePath().getParent());

    private static final Pattern BLOCK =
            Pattern.compile("^```ya?ml\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

    @TempDir private Path folder;

    /** A block and where it stands. */
    private record Block(String place, String text) {
        @Override
        public String toString() {
            return place;
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs.sorted()).toList();
        }
    }

    static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (Path page : pages()) {
            String text = Files.readString(page);
            Matcher matcher = BLOCK.matcher(text);
            while (matcher.find()) {
                long line = text.substring(0, matcher.start(1)).lines().count() + 1;
                blocks.add(new Block(page.getFileName() + ":" + line, matcher.group(1)));
            }
        }
        return blocks;
    }

    @ParameterizedTest
    @MethodSource("blocks")
    void yamlBlock_ofTheDocumentation_isARecipe(Block block) throws IOException {
        Path file = Files.writeString(folder.resolve("recipe.yaml"), block.text());
        assertThat(RecipeYaml.text(RecipeYaml.read(file))).contains("epochs: ");
    }

    @Test
    void documentation_everyYamlFence_isFound() throws IOException {
        long fences = 0;
        for (Path page : pages()) {
            fences +=
                    Files.readAllLines(page).stream()
                            .filter(line -> line.strip().matches("```ya?ml.*"))
                            .count();
        }
        assertThat(blocks()).hasSizeGreaterThan(1).hasSize((int) fences);
    }

    @Test
    void read_littleFile_theRestIsTheDefault() throws IOException {
        Path file = Files.writeString(folder.resolve("little.yaml"), "name: mine\nepochs: 3\n");
        assertThat(RecipeYaml.text(RecipeYaml.read(file)))
                .contains("name: mine", "epochs: 3", "batchSize: 256", "seed: 0", "views:");
    }
}

package io.ssld.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.ssld.core.train.Recipe;
import io.ssld.zoo.ModelCard;
import io.ssld.zoo.SsldModel;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the options take from a file. */
class RecipeOptionsTest {

    @TempDir private Path folder;

    @Test
    void config_replacedWhileTheCommandRuns_isThatOfTheFirstReading() throws Exception {
        Path file = folder.resolve("recipe.yaml");
        RecipeYaml.write(file, Recipe.supervised().optEpochs(7).optSeed(5).build());
        RecipeOptions options =
                CommandLine.populateCommand(new RecipeOptions(), "--config", file.toString());
        assertThat(options.seed()).isEqualTo(5);
        RecipeYaml.write(file, Recipe.supervised().optEpochs(8).optSeed(6).build());
        ModelCard card = ModelCard.of(SsldModel.PPLCNET_X0_25);
        Recipe recipe = options.resolve("ssld", card.preprocessing());
        assertThat(recipe.epochs()).isEqualTo(7);
        assertThat(recipe.seed()).isEqualTo(5);
    }
}

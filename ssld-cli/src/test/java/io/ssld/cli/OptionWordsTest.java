package io.ssld.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** The library's words on the command line. */
class OptionWordsTest {

    private static final CommandSpec TRAIN =
            Objects.requireNonNull(new CommandLine(new Ssld()).getSubcommands().get("train"))
                    .getCommandSpec();

    @Test
    void in_callThatAnOptionMakes_isTheOption() {
        assertThat(OptionWords.in(TRAIN, "optWorkers must be at least 1, but was 0"))
                .isEqualTo("--workers must be at least 1, but was 0");
    }

    @Test
    void in_callWithoutAnOption_staysAsItIs() {
        assertThat(OptionWords.in(TRAIN, "call optNothingLikeThat(1) or setUp"))
                .isEqualTo("call optNothingLikeThat(1) or setUp");
    }
}

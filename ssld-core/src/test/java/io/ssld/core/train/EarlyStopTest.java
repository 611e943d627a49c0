package io.ssld.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlyStopTest {

    @ParameterizedTest
    @CsvSource({
        "2, 0, 0, '', false",
        "2, 0, 0, '0.5', false",
        "2, 0, 0, '0.5 0.5', false",
        "2, 0, 0, '0.5 0.5 0.5', true",
        "2, 0, 0, '0.5 0.4 0.6 0.5', false",
        "2, 0, 0, '0.5 0.4 0.6 0.5 0.6', true",
        "2, 0.05, 0, '0.5 0.52 0.54', true",
        "2, 0.05, 0, '0.5 0.52 0.56', false",
        "1, 0, 4, '0.5 0.4 0.3', false",
        "1, 0, 4, '0.5 0.4 0.3 0.2', true",
        "1, 0, 0, 'NaN', true"
    })
    void stopsAfter_accuracies_followsPatienceDeltaAndLeast(
            int patience, double delta, int least, String accuracies, boolean stops) {
        List<Double> values =
                Arrays.stream(accuracies.split(" "))
                        .filter(text -> !text.isEmpty())
                        .map(Double::valueOf)
                        .toList();
        assertThat(new EarlyStop(patience, delta, least).stopsAfter(values)).isEqualTo(stops);
    }

    @Test
    void stopsAfter_listFromAResumedRun_isTheSame() {
        EarlyStop rule = new EarlyStop(2, 0, 0);
        List<Double> saved = List.of(0.5, 0.6, 0.55);
        assertThat(rule.stopsAfter(saved)).isFalse();
        assertThat(rule.stopsAfter(Stream.concat(saved.stream(), Stream.of(0.6)).toList()))
                .isTrue();
    }

    @Test
    void numbersOutOfRange_areRefused() {
        assertThatThrownBy(() -> new EarlyStop(0, 0, 0))
                .hasMessage("patience must be at least 1, but was 0");
        assertThatThrownBy(() -> new EarlyStop(1, -1, 0))
                .hasMessage("minDelta must be 0 or more and finite, but was -1.0");
        assertThatThrownBy(() -> new EarlyStop(1, 0, -1))
                .hasMessage("minEpochs must be 0 or more, but was -1");
    }
}

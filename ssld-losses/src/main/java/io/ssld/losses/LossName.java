package io.ssld.losses;

import io.ssld.base.internal.Ranges;
import java.util.Objects;

/** The name under which DJL reports a loss. */
final class LossName {

    private LossName() {}

    /** Returns a name that is not blank. */
    static String check(String name) {
        Objects.requireNonNull(name, "name");
        Ranges.check("name", !name.isBlank(), "have a visible character", "'" + name + "'");
        return name;
    }
}

package io.ssld.core.teacher;

import java.util.Objects;

/**
 * A teacher answers probabilities where logits are wanted, or the other way round: found on the
 * first batch. For programs that say in their own words what to do.
 */
public final class TeacherAnswerException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    private final String teacher;
    private final boolean probabilities;

    /**
     * Creates the exception.
     *
     * @param teacher the name of the teacher
     * @param probabilities whether it answers probabilities; false if it answers something else
     *     where probabilities are wanted
     * @param message what is wrong and what to do, for users of the library
     */
    public TeacherAnswerException(String teacher, boolean probabilities, String message) {
        super(Objects.requireNonNull(message, "message"));
        this.teacher = Objects.requireNonNull(teacher, "teacher");
        this.probabilities = probabilities;
    }

    /**
     * Returns who answered.
     *
     * @return the name of the teacher
     */
    public String teacher() {
        return teacher;
    }

    /**
     * Tells what it answered.
     *
     * @return true if probabilities came where logits are wanted, false for the other way round
     */
    public boolean probabilities() {
        return probabilities;
    }
}

package io.ssld.selection.duplicates;

/**
 * Told how far a {@link NearDuplicateFinder} is; called from one thread, with 0 at the beginning of
 * a task and after each block.
 */
@FunctionalInterface
public interface DuplicateProgress {

    /**
     * Some images more are done.
     *
     * @param task {@code reference} or {@code pool}
     * @param done images done so far
     * @param total images in all
     */
    void update(String task, long done, long total);
}

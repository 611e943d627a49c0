package io.ssld.selection;

/** Follows a {@link SoftLabeler}. */
@FunctionalInterface
public interface LabelListener {

    /**
     * Called after each batch, on the thread that labels.
     *
     * @param progress how far it is
     */
    void onProgress(LabelProgress progress);
}

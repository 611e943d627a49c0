package io.ssld.core.labels;

/** Follows a {@link LabelRecorder}. */
@FunctionalInterface
public interface RecordingListener {

    /**
     * Called after each batch, on the thread that records.
     *
     * @param progress how far it is
     */
    void onProgress(RecordingProgress progress);
}

package io.ssld.core.labels.internal;

/** Counts what was labelled, images or views, and tells how far the run is. */
public final class LabelMeter {

    private final long total;
    private final Listener listener;
    private final long start = System.nanoTime();
    private long skipped;
    private long done;
    private long quarantined;

    /**
     * Starts to count, and the clock.
     *
     * @param total all that there is to do
     * @param listener called after each batch
     */
    public LabelMeter(long total, Listener listener) {
        this.total = total;
        this.listener = listener;
    }

    /** Hears how far a run is. */
    @FunctionalInterface
    public interface Listener {

        /**
         * Called after each batch.
         *
         * @param done what was done, by earlier runs too
         * @param total all that there is to do
         * @param quarantined images that could not be used
         * @param perSecond the rate of this run alone
         * @param secondsLeft the time to go at that rate
         */
        void onProgress(
                long done, long total, long quarantined, double perSecond, double secondsLeft);
    }

    /** Counts what an earlier run did. */
    public void skip(long count, long bad) {
        skipped += count;
        quarantined += bad;
    }

    /** Counts what this run did, that of images that could not be used included. */
    public void add(long count, long bad) {
        done += count;
        quarantined += bad;
        double rate = done / Math.max(seconds(), 1e-9);
        long all = skipped + done;
        listener.onProgress(all, total, quarantined, rate, (total - all) / Math.max(rate, 1e-9));
    }

    /** What earlier runs did. */
    public long skipped() {
        return skipped;
    }

    /** How long this run takes so far. */
    public double seconds() {
        return (System.nanoTime() - start) / 1e9;
    }
}

package io.ssld.zoo.djl;

/**
 * An image of three channels.
 *
 * @param height its height
 * @param width its width
 * @param bytes red, green and blue of each pixel, row by row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and far too large to copy
record Pixels(int height, int width, byte[] bytes) {

    static final int CHANNELS = 3;

    /** Creates a black image. */
    Pixels(int height, int width) {
        this(height, width, new byte[height * width * CHANNELS]);
    }

    /** Returns the value of a channel, 0 to 255. */
    int get(int y, int x, int channel) {
        return bytes[index(y, x, channel)] & 0xff;
    }

    void set(int y, int x, int channel, int value) {
        bytes[index(y, x, channel)] = (byte) value;
    }

    private int index(int y, int x, int channel) {
        return (y * width + x) * CHANNELS + channel;
    }
}

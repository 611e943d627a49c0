package io.ssld.core.data.internal;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Memory for the pixels of batches, used again when a batch is closed. The engine computes in it on
 * the CPU. Fresh memory for every batch costs more than decoding its images: the system hands it
 * out page by page, the JDK clears it, and it is given back only with the next garbage collection.
 */
final class BatchMemory {

    /** One batch is being filled while the one before is used; more come from odd users. */
    private static final int MAX_SPARE = 2;

    private final int bytes;
    private final Queue<ByteBuffer> spare = new ConcurrentLinkedQueue<>();

    BatchMemory(int bytes) {
        this.bytes = bytes;
    }

    ByteBuffer take() {
        ByteBuffer buffer = spare.poll();
        return buffer == null
                ? ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder())
                : buffer;
    }

    /** Takes memory back that no array uses any more. */
    void giveBack(ByteBuffer buffer) {
        if (spare.size() < MAX_SPARE) {
            spare.add(buffer);
        }
    }
}

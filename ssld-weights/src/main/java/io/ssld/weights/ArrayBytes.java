package io.ssld.weights;

import java.io.IOException;

/**
 * Reads the elements of an array from a file straight to where they belong: row-major and
 * little-endian, whatever they are in the file. There is never a second copy of an array.
 */
final class ArrayBytes {

    private static final int CHUNK = 1 << 16;

    private final FileBytes file;
    private final byte[] chunk = new byte[CHUNK + Latin1Decoder.SLACK];
    private final byte[] characters = new byte[CHUNK];

    ArrayBytes(FileBytes file) {
        this.file = file;
    }

    /**
     * Reads all elements.
     *
     * @param name the tensor, for messages
     * @param array what to read, its data checked to be as long as its shape
     * @param target receives the elements
     * @param begin the place in the target of the first one
     */
    void read(String name, NumpyArray array, byte[] target, int begin) throws IOException {
        Placing placing =
                array.fortran()
                        ? new FortranOrder(array, target, begin)
                        : new RowMajorOrder(target, begin);
        if (array.data().utf8()) {
            readText(name, array, placing);
        } else {
            readBytes(array.data(), placing);
        }
        if (array.bigEndian()) {
            reverseEach(array.type().bytes(), target, begin, begin + (int) array.byteCount());
        }
    }

    private void readBytes(Span data, Placing placing) throws IOException {
        for (long done = 0; done < data.length(); ) {
            int length = (int) Math.min(CHUNK, data.length() - done);
            file.read(data.offset() + done, chunk, 0, length);
            placing.place(chunk, length);
            done += length;
        }
    }

    private void readText(String name, NumpyArray array, Placing placing) throws IOException {
        Span data = array.data();
        Latin1Decoder decoder = new Latin1Decoder();
        long missing = array.byteCount();
        for (long done = 0; done < data.length(); ) {
            int length = (int) Math.min(CHUNK, data.length() - done);
            file.read(data.offset() + done, characters, 0, length);
            int decoded = decoder.decode(characters, length, chunk);
            missing -= decoded;
            if (missing < 0) {
                break;
            }
            placing.place(chunk, decoded);
            done += length;
        }
        if (missing != 0 || !decoder.isComplete()) {
            throw file.fault(
                    name + ": data",
                    "be UTF-8 of " + array.byteCount() + " characters from 0 to 255",
                    "was not");
        }
    }

    private static void reverseEach(int size, byte[] bytes, int begin, int end) {
        for (int element = begin; element < end; element += size) {
            for (int low = element, high = element + size - 1; low < high; low++, high--) {
                byte swapped = bytes[low];
                bytes[low] = bytes[high];
                bytes[high] = swapped;
            }
        }
    }

    /** Puts the bytes of a file, as they come, to where they belong. */
    private interface Placing {
        void place(byte[] bytes, int length);
    }

    private static final class RowMajorOrder implements Placing {

        private final byte[] target;
        private int position;

        RowMajorOrder(byte[] target, int begin) {
            this.target = target;
            this.position = begin;
        }

        @Override
        public void place(byte[] bytes, int length) {
            System.arraycopy(bytes, 0, target, position, length);
            position += length;
        }
    }

    private static final class FortranOrder implements Placing {

        private final byte[] target;
        private final int elementSize;
        private final int[] sizes;
        private final int[] steps;
        private final int[] index;

        /** Where the current element begins in the target, and how many bytes of it are there. */
        private int element;

        private int placed;

        FortranOrder(NumpyArray array, byte[] target, int begin) {
            this.target = target;
            element = begin;
            elementSize = array.type().bytes();
            int rank = array.shape().dimension();
            sizes = new int[rank];
            steps = new int[rank];
            index = new int[rank];
            int step = elementSize;
            for (int i = rank - 1; i >= 0; i--) {
                sizes[i] = (int) array.shape().get(i);
                steps[i] = step;
                step *= sizes[i];
            }
        }

        @Override
        public void place(byte[] bytes, int length) {
            for (int i = 0; i < length; i++) {
                target[element + placed] = bytes[i];
                if (++placed == elementSize) {
                    placed = 0;
                    advance();
                }
            }
        }

        private void advance() {
            for (int i = 0; i < index.length; i++) {
                element += steps[i];
                if (++index[i] < sizes[i]) {
                    return;
                }
                element -= steps[i] * sizes[i];
                index[i] = 0;
            }
        }
    }
}

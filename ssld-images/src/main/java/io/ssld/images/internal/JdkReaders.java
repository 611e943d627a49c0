package io.ssld.images.internal;

import java.awt.Rectangle;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.event.IIOReadWarningListener;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import org.jspecify.annotations.Nullable;

/**
 * The readers that the JDK brings. Those that other libraries register come first where
 * javax.imageio chooses by itself: pixels would then depend on the class path.
 */
final class JdkReaders {

    private static final String PACKAGE = "com.sun.imageio.plugins.";

    private static final ColorModel RGB =
            new ComponentColorModel(
                    ColorSpace.getInstance(ColorSpace.CS_sRGB),
                    false,
                    false,
                    Transparency.OPAQUE,
                    DataBuffer.TYPE_BYTE);

    private final Map<ImageFormat, ImageReaderSpi> providers = new EnumMap<>(ImageFormat.class);

    JdkReaders(ImageFormat... formats) {
        for (ImageFormat format : formats) {
            providers.put(format, find(format));
        }
    }

    private static ImageReaderSpi find(ImageFormat format) {
        String name = format.name().toLowerCase(Locale.ROOT);
        Iterator<ImageReaderSpi> all =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, true);
        while (all.hasNext()) {
            ImageReaderSpi provider = all.next();
            if (provider.getClass().getName().startsWith(PACKAGE)
                    && Arrays.asList(provider.getFormatNames()).contains(name)) {
                return provider;
            }
        }
        throw new IllegalStateException(
                "javax.imageio must have the JDK's reader of "
                        + format
                        + ", but it was removed from the registry");
    }

    /** Reads an image with the colours that the reader makes of it. */
    BufferedImage read(ImageFormat format, byte[] file, @Nullable Box region) throws IOException {
        return with(format, file, reader -> reader.read(0, param(reader, region)));
    }

    /**
     * Reads an RGB image straight into the bytes of the result. Into an image of the reader's own
     * choice, whose order is blue, green, red, each row is copied sample by sample, and once more
     * from there; that is a third of the time of reading a JPEG.
     */
    Pixels readRgb(ImageFormat format, byte[] file, Box region) throws IOException {
        byte[] rgb = new byte[Math.multiplyExact(3, region.width() * region.height())];
        WritableRaster raster =
                Raster.createInterleavedRaster(
                        new DataBufferByte(rgb, rgb.length),
                        region.width(),
                        region.height(),
                        3 * region.width(),
                        3,
                        new int[] {0, 1, 2},
                        null);
        BufferedImage image = new BufferedImage(RGB, raster, false, null);
        with(
                format,
                file,
                reader -> {
                    ImageReadParam param = param(reader, region);
                    param.setDestination(image);
                    return reader.read(0, param);
                });
        return new Pixels(region.width(), region.height(), rgb);
    }

    /** Reads the components as they are stored. */
    Raster readRaster(ImageFormat format, byte[] file, @Nullable Box region) throws IOException {
        return with(format, file, reader -> reader.readRaster(0, param(reader, region)));
    }

    private <T> T with(ImageFormat format, byte[] file, Reading<T> reading) throws IOException {
        ImageReaderSpi provider = providers.get(format);
        if (provider == null) {
            throw new IllegalArgumentException("no reader of " + format + " was asked for");
        }
        ImageReader reader = provider.createReaderInstance(null);
        try (ByteArrayImageStream stream = new ByteArrayImageStream(file)) {
            Warnings warnings = new Warnings();
            reader.addIIOReadWarningListener(warnings);
            reader.setInput(stream, true, true);
            T result = reading.read(reader);
            if (warnings.first != null) {
                throw new IOException("damaged image: " + warnings.first);
            }
            return result;
        } finally {
            reader.dispose();
        }
    }

    private static ImageReadParam param(ImageReader reader, @Nullable Box region) {
        ImageReadParam param = reader.getDefaultReadParam();
        if (region != null) {
            param.setSourceRegion(
                    new Rectangle(region.left(), region.top(), region.width(), region.height()));
        }
        return param;
    }

    private interface Reading<T> {
        T read(ImageReader reader) throws IOException;
    }

    /**
     * Keeps the first warning. A reader that meets the end of the file too early warns and fills up
     * with grey, so a warning is an error here, but for colour profiles, which are not used.
     */
    private static final class Warnings implements IIOReadWarningListener {

        private @Nullable String first;

        @Override
        public void warningOccurred(ImageReader source, String warning) {
            if (first == null && !warning.contains("ICC")) {
                first = warning;
            }
        }
    }
}

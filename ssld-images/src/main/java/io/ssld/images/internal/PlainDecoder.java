package io.ssld.images.internal;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Decodes with what every JDK has. */
final class PlainDecoder implements Decoder {

    private final JdkReaders readers =
            new JdkReaders(ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.BMP, ImageFormat.TIFF);

    @Override
    public String name() {
        return "javax.imageio " + System.getProperty("java.version");
    }

    @Override
    public boolean decodes(ImageHeader header) {
        return header.format() != ImageFormat.WEBP;
    }

    @Override
    public Pixels decode(byte[] file, ImageHeader header, @Nullable Box region) throws IOException {
        return switch (header.format()) {
            case JPEG -> jpeg(JpegHeader.read(file), header, region);
            case GIF -> GifReader.decode(file).cut(region);
            case PNG -> png(file).cut(region);
            case BMP, TIFF ->
                    Rasters.toPixels(readers.read(header.format(), file, null)).cut(region);
            case WEBP -> throw new IOException("WebP cannot be decoded without OpenCV");
        };
    }

    private Pixels png(byte[] file) throws IOException {
        Pixels pixels = Rasters.toPixels(readers.read(ImageFormat.PNG, file, null));
        int transparent = PngHeader.transparentGrey(file);
        byte[] rgb = pixels.rgb();
        for (int i = 0; i < rgb.length && transparent >= 0; i++) {
            if ((rgb[i] & 0xFF) == transparent) {
                rgb[i] = (byte) 0xFF;
            }
        }
        return pixels;
    }

    private Pixels jpeg(JpegHeader jpeg, ImageHeader header, @Nullable Box region)
            throws IOException {
        Box part = region == null ? new Box(0, 0, header.width(), header.height()) : region;
        byte[] file = jpeg.plain();
        return switch (jpeg.colors()) {
            case YCC -> readers.readRgb(ImageFormat.JPEG, file, part);
            case GREY -> Rasters.toPixels(readers.read(ImageFormat.JPEG, file, part));
            case RGB -> new Pixels(part.width(), part.height(), samples(file, part));
            case CMYK ->
                    new Pixels(
                            part.width(), part.height(), CmykColors.fromCmyk(samples(file, part)));
            case YCCK ->
                    new Pixels(
                            part.width(), part.height(), CmykColors.fromYcck(samples(file, part)));
        };
    }

    private byte[] samples(byte[] jpeg, Box part) throws IOException {
        return Rasters.interleaved(readers.readRaster(ImageFormat.JPEG, jpeg, part));
    }
}

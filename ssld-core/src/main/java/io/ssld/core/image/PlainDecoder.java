package io.ssld.core.image;

import java.awt.image.Raster;
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
            case JPEG -> jpeg(JpegHeader.read(file), region);
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

    private Pixels jpeg(JpegHeader header, @Nullable Box region) throws IOException {
        byte[] file = header.plain();
        switch (header.colors()) {
            case GREY, YCC -> {
                return Rasters.toPixels(readers.read(ImageFormat.JPEG, file, region));
            }
            default -> {
                Raster raster = readers.readRaster(ImageFormat.JPEG, file, region);
                byte[] samples = Rasters.interleaved(raster);
                byte[] rgb =
                        switch (header.colors()) {
                            case CMYK -> CmykColors.fromCmyk(samples);
                            case YCCK -> CmykColors.fromYcck(samples);
                            default -> samples;
                        };
                return new Pixels(raster.getWidth(), raster.getHeight(), rgb);
            }
        }
    }
}

package io.ssld.selection.duplicates;

import io.ssld.base.internal.CounterRandom;
import io.ssld.images.internal.Pixels;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Pictures that are drawn at random, with light, colours, shapes and texture, and copies of them.
 * The same seed draws the same picture.
 */
final class TestPhotos {

    private TestPhotos() {}

    static BufferedImage photo(long seed, int width, int height) {
        CounterRandom random = CounterRandom.of(11, seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.scale(width, width);
        float end = (float) height / width;
        g.setPaint(new GradientPaint(0, 0, color(random, 255), 1, end, color(random, 255)));
        g.fill(new java.awt.geom.Rectangle2D.Double(0, 0, 1, end));
        for (int i = 0; i < 40; i++) {
            double size = 0.02 + 0.25 * Math.pow(random.nextDouble(), 3);
            double x = random.nextDouble();
            double y = random.nextDouble() * end;
            g.setColor(color(random, 200));
            if (random.nextInt(2) == 0) {
                g.fill(new Ellipse2D.Double(x, y, size, size * random.nextDouble(0.3, 1)));
            } else {
                Path2D path = new Path2D.Double();
                path.moveTo(x, y);
                for (int k = 0; k < 4; k++) {
                    path.lineTo(
                            x + random.nextDouble(-size, size), y + random.nextDouble(-size, size));
                }
                g.setStroke(new BasicStroke((float) random.nextDouble(0.003, 0.015)));
                g.draw(path);
            }
        }
        g.dispose();
        return image;
    }

    private static Color color(CounterRandom random, int alpha) {
        return new Color(random.nextInt(256), random.nextInt(256), random.nextInt(256), alpha);
    }

    /** One colour with a shade of another: nothing for SIFT to hold on to. */
    static BufferedImage plain(long seed, int width, int height) {
        CounterRandom random = CounterRandom.of(12, seed);
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = image.createGraphics();
        g.setPaint(new GradientPaint(0, 0, color(random, 255), width, height, color(random, 255)));
        g.fillRect(0, 0, width, height);
        g.dispose();
        return image;
    }

    static BufferedImage mirror(BufferedImage image) {
        AffineTransform turn = AffineTransform.getScaleInstance(-1, 1);
        turn.translate(-image.getWidth(), 0);
        return transformed(image, turn, image.getWidth(), image.getHeight());
    }

    static BufferedImage resize(BufferedImage image, double factor) {
        return transformed(
                image,
                AffineTransform.getScaleInstance(factor, factor),
                (int) Math.round(factor * image.getWidth()),
                (int) Math.round(factor * image.getHeight()));
    }

    static BufferedImage rotate(BufferedImage image, double degrees) {
        AffineTransform turn =
                AffineTransform.getRotateInstance(
                        Math.toRadians(degrees), image.getWidth() / 2.0, image.getHeight() / 2.0);
        return transformed(image, turn, image.getWidth(), image.getHeight());
    }

    private static BufferedImage transformed(
            BufferedImage image, AffineTransform transform, int width, int height) {
        BufferedImage out = new BufferedImage(width, height, BufferedImage.TYPE_3BYTE_BGR);
        return new AffineTransformOp(transform, AffineTransformOp.TYPE_BILINEAR).filter(image, out);
    }

    static BufferedImage crop(BufferedImage image, double left, double top, double part) {
        return image.getSubimage(
                (int) Math.round(left * image.getWidth()),
                (int) Math.round(top * image.getHeight()),
                (int) Math.round(part * image.getWidth()),
                (int) Math.round(part * image.getHeight()));
    }

    static BufferedImage contrast(BufferedImage image, double factor, int more) {
        BufferedImage out =
                new BufferedImage(
                        image.getWidth(), image.getHeight(), BufferedImage.TYPE_3BYTE_BGR);
        return new java.awt.image.RescaleOp((float) factor, more, null).filter(image, out);
    }

    /** A frame, and a bar with stripes where text would be. */
    static BufferedImage framed(BufferedImage image) {
        int border = image.getWidth() / 12;
        BufferedImage out =
                new BufferedImage(
                        image.getWidth() + 2 * border,
                        image.getHeight() + 2 * border,
                        BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = out.createGraphics();
        g.setColor(new Color(20, 20, 120));
        g.fillRect(0, 0, out.getWidth(), out.getHeight());
        g.drawImage(image, border, border, null);
        g.setColor(Color.WHITE);
        for (int i = 0; i < 8; i++) {
            g.fillRect(2 * border + 3 * i * border / 3, out.getHeight() - 3 * border, 4, border);
        }
        g.dispose();
        return out;
    }

    static BufferedImage jpeg(BufferedImage image, float quality) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpg").next();
        ImageWriteParam parameters = writer.getDefaultWriteParam();
        parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        parameters.setCompressionQuality(quality);
        try (ImageOutputStream stream = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(stream);
            writer.write(null, new IIOImage(image, null, null), parameters);
        } finally {
            writer.dispose();
        }
        return ImageIO.read(new ByteArrayInputStream(bytes.toByteArray()));
    }

    static Path write(BufferedImage image, Path file) throws IOException {
        Files.createDirectories(file.getParent());
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    static Pixels pixels(BufferedImage image) {
        byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
        int at = 0;
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int color = image.getRGB(x, y);
                rgb[at++] = (byte) (color >> 16);
                rgb[at++] = (byte) (color >> 8);
                rgb[at++] = (byte) color;
            }
        }
        return new Pixels(image.getWidth(), image.getHeight(), rgb);
    }
}

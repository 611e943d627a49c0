package io.ssld.selection.duplicates;

import io.ssld.base.internal.CounterRandom;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;

/**
 * Pictures that look alike and are no copies: one frame, such as the same form, with other content.
 * Drawn without fonts, which not every machine has: letters are strokes. Equal numbers draw equal
 * pictures.
 */
enum LookAlikes {
    /** Pages under one letter head. */
    DOCUMENT {
        @Override
        void draw(Graphics2D g, int w, int h, CounterRandom frame, int number) {
            CounterRandom content = content(number);
            paper(g, w, h, 255);
            double size = w * frame.nextDouble(0.016, 0.024);
            g.setColor(shade(frame, 30, 160));
            g.fill(new Rectangle2D.Double(0, 0, w, 0.09 * h));
            g.setColor(Color.WHITE);
            words(g, 0.06 * w, 0.03 * h, 0.6 * w, 1.6 * size, frame);
            g.setColor(Color.BLACK);
            for (double y = 0.14 * h; y < 0.9 * h; y += 1.9 * size) {
                if (content.nextInt(7) > 0) {
                    words(g, 0.08 * w, y, w * content.nextDouble(0.45, 0.84), size, content);
                }
            }
            g.setColor(Color.GRAY);
            words(g, 0.08 * w, 0.95 * h, 0.5 * w, 0.8 * size, frame);
        }
    },
    /** Axes and a grid with other curves or bars. */
    CHART {
        @Override
        void draw(Graphics2D g, int w, int h, CounterRandom frame, int number) {
            CounterRandom content = content(number);
            paper(g, w, h, 255);
            double left = 0.12 * w;
            double bottom = 0.86 * h;
            words(g, 0.3 * w, 0.03 * h, 0.4 * w, 0.03 * h, frame);
            int lines = 4 + frame.nextInt(4);
            for (int i = 0; i <= lines; i++) {
                double y = bottom - i * 0.74 * h / lines;
                g.setColor(new Color(205, 205, 205));
                g.draw(new Line2D.Double(left, y, 0.95 * w, y));
                g.setColor(Color.DARK_GRAY);
                words(g, 0.02 * w, y - 0.012 * h, 0.07 * w, 0.024 * h, frame);
                words(g, left + i * 0.83 * w / lines, 0.9 * h, 0.06 * w, 0.024 * h, frame);
            }
            g.setStroke(new BasicStroke(2));
            g.draw(new Line2D.Double(left, 0.1 * h, left, bottom));
            g.draw(new Line2D.Double(left, bottom, 0.95 * w, bottom));
            boolean bars = frame.nextInt(2) == 0;
            Color[] colors = {shade(frame, 20, 200), shade(frame, 20, 200)};
            int points = bars ? 6 + frame.nextInt(6) : 12 + frame.nextInt(20);
            for (int series = 0; series < (bars ? 1 : 2); series++) {
                g.setColor(colors[series]);
                Path2D path = new Path2D.Double();
                double value = content.nextDouble(0.1, 0.6);
                for (int i = 0; i < points; i++) {
                    double x = left + (i + 0.15) * 0.83 * w / points;
                    value = Math.max(0.03, Math.min(0.72, value + content.nextDouble(-0.2, 0.2)));
                    if (bars) {
                        double height = content.nextDouble(0.04, 0.72) * h;
                        double width = 0.6 * 0.83 * w / points;
                        g.fill(new Rectangle2D.Double(x, bottom - height, width, height));
                    } else if (i == 0) {
                        path.moveTo(x, bottom - value * h);
                    } else {
                        path.lineTo(x, bottom - value * h);
                    }
                }
                g.draw(path);
            }
        }
    },
    /** One program's window with other messages. */
    CHAT {
        @Override
        void draw(Graphics2D g, int w, int h, CounterRandom frame, int number) {
            CounterRandom content = content(number);
            paper(g, w, h, 225 + frame.nextInt(30));
            g.setColor(shade(frame, 10, 140));
            g.fill(new Rectangle2D.Double(0, 0, w, 0.09 * h));
            Color mine = shade(frame, 170, 240);
            g.setColor(Color.WHITE);
            g.fill(new Ellipse2D.Double(0.03 * w, 0.015 * h, 0.06 * h, 0.06 * h));
            words(g, 0.2 * w, 0.03 * h, 0.5 * w, 0.028 * h, frame);
            double size = 0.019 * h;
            for (double y = 0.12 * h; y < 0.82 * h; ) {
                boolean own = content.nextInt(2) == 0;
                int lines = 1 + content.nextInt(3);
                double width = w * content.nextDouble(0.3, 0.65);
                double x = own ? 0.95 * w - width : 0.05 * w;
                double height = (1.7 * lines + 1) * size;
                g.setColor(own ? mine : Color.WHITE);
                g.fill(new java.awt.geom.RoundRectangle2D.Double(x, y, width, height, 12, 12));
                g.setColor(Color.BLACK);
                for (int i = 0; i < lines; i++) {
                    double part = i < lines - 1 ? 0.9 : content.nextDouble(0.3, 0.9);
                    double top = y + size * (0.8 + 1.7 * i);
                    words(g, x + 0.03 * w, top, part * (width - 0.05 * w), size, content);
                }
                y += height + 0.018 * h;
            }
            g.setColor(Color.WHITE);
            g.fill(new Rectangle2D.Double(0.03 * w, 0.92 * h, 0.8 * w, 0.06 * h));
            g.setColor(Color.GRAY);
            words(g, 0.06 * w, 0.94 * h, 0.3 * w, size, frame);
        }
    },
    /** One shop with other goods and prices. */
    RECEIPT {
        @Override
        void draw(Graphics2D g, int w, int h, CounterRandom frame, int number) {
            CounterRandom content = content(number);
            paper(g, w, h, 250);
            double size = 0.034 * w;
            g.setColor(new Color(40, 40, 40));
            words(g, 0.25 * w, 0.03 * h, 0.5 * w, 2 * size, frame);
            for (int i = 0; i < 3; i++) {
                words(g, 0.2 * w, 0.09 * h + 1.7 * i * size, 0.6 * w, size, frame);
            }
            double y = 0.2 * h;
            dashes(g, w, y);
            int items = 6 + frame.nextInt(8);
            for (int i = 0; i < items; i++) {
                y += 2 * size;
                words(g, 0.07 * w, y, w * content.nextDouble(0.25, 0.5), size, content);
                words(g, 0.76 * w, y, 0.17 * w, size, content);
            }
            y += 2 * size;
            dashes(g, w, y);
            words(g, 0.07 * w, y + size, 0.25 * w, 1.4 * size, frame);
            words(g, 0.66 * w, y + size, 0.27 * w, 1.4 * size, content);
            words(g, 0.07 * w, y + 4 * size, 0.2 * w, size, frame);
            words(g, 0.5 * w, y + 4 * size, 0.43 * w, size, content);
            words(g, 0.2 * w, 0.95 * h, 0.6 * w, size, frame);
        }

        private static void dashes(Graphics2D g, int w, double y) {
            for (int i = 0; i < 30; i++) {
                double x = 0.07 * w + i * 0.029 * w;
                g.draw(new Line2D.Double(x, y, x + 0.016 * w, y));
            }
        }
    },
    /** One form, filled in by others. */
    FORM {
        @Override
        void draw(Graphics2D g, int w, int h, CounterRandom frame, int number) {
            CounterRandom content = content(number);
            paper(g, w, h, 252);
            double size = 0.014 * (w + h);
            g.setColor(shade(frame, 0, 120));
            words(g, 0.06 * w, 0.04 * h, 0.7 * w, 1.7 * size, frame);
            int rows = 6 + frame.nextInt(5);
            for (int i = 0; i < rows; i++) {
                double y = 0.15 * h + i * 0.78 * h / rows;
                double height = 0.6 * 0.78 * h / rows;
                g.setColor(Color.DARK_GRAY);
                words(g, 0.06 * w, y + 0.2 * height, 0.24 * w, size, frame);
                g.draw(new Rectangle2D.Double(0.33 * w, y, 0.6 * w, height));
                g.setColor(new Color(20, 30, 130));
                double length = w * content.nextDouble(0.25, 0.55);
                words(g, 0.35 * w, y + 0.2 * height, length, size, content);
            }
        }
    },
    /** One shirt in other colours, on one floor. */
    PRODUCT {
        @Override
        void draw(Graphics2D g, int w, int h, CounterRandom frame, int number) {
            paper(g, w, h, 255);
            if (frame.nextInt(2) == 0) {
                g.setColor(new Color(190, 170, 140));
                g.fill(new Rectangle2D.Double(0, 0, w, h));
                for (int i = 0; i < 60; i++) {
                    int brown = 120 + frame.nextInt(80);
                    g.setColor(new Color(brown, brown - 15, brown - 45));
                    double y = frame.nextDouble() * h;
                    double x = frame.nextDouble() * w;
                    double end = x + frame.nextDouble(0.1, 0.5) * w;
                    g.draw(new Line2D.Double(x, y, end, y + frame.nextDouble(-3, 3)));
                }
            }
            int first = frame.nextInt(COLORS.length);
            Color cloth = COLORS[(first + 3 * number) % COLORS.length];
            double size = frame.nextDouble(0.75, 1);
            g.translate(w / 2.0, h / 2.0);
            g.scale(size * w, size * h);
            Path2D shirt = new Path2D.Double();
            double[][] outline = {
                {-0.14, -0.42}, {-0.42, -0.28}, {-0.34, -0.08}, {-0.24, -0.14}, {-0.25, 0.42},
                {0.25, 0.42}, {0.24, -0.14}, {0.34, -0.08}, {0.42, -0.28}, {0.14, -0.42}
            };
            shirt.moveTo(outline[0][0], outline[0][1]);
            for (double[] point : outline) {
                shirt.lineTo(point[0], point[1]);
            }
            shirt.quadTo(0, -0.3, outline[0][0], outline[0][1]);
            g.setColor(cloth);
            g.fill(shirt);
            g.setClip(shirt);
            for (int i = 0; i < 14; i++) {
                g.setStroke(new BasicStroke((float) frame.nextDouble(0.004, 0.02)));
                g.setColor(i % 2 == 0 ? new Color(0, 0, 0, 45) : new Color(255, 255, 255, 50));
                double x = frame.nextDouble(-0.25, 0.25);
                double y = frame.nextDouble(-0.4, 0.3);
                double side = frame.nextDouble(-0.08, 0.08);
                g.draw(new Line2D.Double(x, y, x + side, y + frame.nextDouble(0.1, 0.4)));
            }
            g.setStroke(new BasicStroke(0.006f));
            g.setColor(new Color(40, 40, 40));
            words(g, -0.1, -0.12, 0.2, 0.05, frame);
        }
    },
    /** One street at night, with other windows lit. */
    NIGHT {
        @Override
        void draw(Graphics2D g, int w, int h, CounterRandom frame, int number) {
            CounterRandom content = content(number);
            int light = 6 + frame.nextInt(30);
            Color horizon = new Color(light, light, light + 14);
            g.setPaint(new GradientPaint(0, 0, new Color(2, 2, 8), 0, h, horizon));
            g.fill(new Rectangle2D.Double(0, 0, w, h));
            int lit = 90 + frame.nextInt(150);
            for (double x = 0; x < w; ) {
                double width = w * frame.nextDouble(0.08, 0.2);
                double top = h * frame.nextDouble(0.25, 0.7);
                int dark = frame.nextInt(12);
                g.setColor(new Color(dark, dark, dark));
                g.fill(new Rectangle2D.Double(x, top, width, h - top));
                for (double y = top + 8; y < h - 12; y += 18) {
                    for (double side = x + 6; side < x + width - 10; side += 15) {
                        if (content.nextInt(4) == 0) {
                            g.setColor(new Color(lit, lit * 8 / 10, lit / 3));
                            g.fill(new Rectangle2D.Double(side, y, 7, 9));
                        }
                    }
                }
                x += width;
            }
            g.setColor(new Color(lit, lit, lit));
            double moon = 0.06 * h;
            g.fill(
                    new Ellipse2D.Double(
                            content.nextDouble(0.05, 0.9) * w,
                            content.nextDouble(0.03, 0.15) * h,
                            moon,
                            moon));
        }
    };

    private static final Color[] COLORS = {
        new Color(200, 40, 45), new Color(150, 150, 150), new Color(40, 150, 70),
        new Color(230, 200, 60), new Color(150, 60, 160), new Color(240, 130, 40),
        new Color(35, 35, 40), new Color(40, 80, 190)
    };

    private static final int[] LETTERS = {
        0b111101101, 0b110111101, 0b011000011, 0b110101110, 0b111010011, 0b111010010, 0b011001111,
        0b101111100, 0b010010011, 0b001101110, 0b101110001, 0b100100011, 0b101111000, 0b100011101,
        0b011101110, 0b111110100, 0b011101011, 0b111110001, 0b011011110, 0b111010000, 0b101101011
    };

    /** Ends of nine strokes, in halves of a letter. */
    private static final int[][] STROKES = {
        {0, 0, 0, 2},
        {0, 0, 2, 0},
        {2, 0, 2, 2},
        {0, 2, 0, 4},
        {0, 2, 2, 2},
        {2, 2, 2, 4},
        {0, 4, 2, 4},
        {0, 0, 2, 2},
        {0, 2, 2, 4}
    };

    /**
     * Draws a picture.
     *
     * @param frame which frame
     * @param content what is in it
     */
    @SuppressWarnings("EnumOrdinal") // a seed; another order would draw other pictures
    BufferedImage picture(int frame, int content) {
        CounterRandom shape = CounterRandom.of(21, ordinal(), frame);
        int longer = 320 + shape.nextInt(500);
        int shorter = (int) (longer * shape.nextDouble(0.55, 0.8));
        boolean upright = this == DOCUMENT || this == CHAT || this == RECEIPT || this == PRODUCT;
        int w = upright ? shorter : longer;
        int h = upright ? longer : shorter;
        BufferedImage image = new BufferedImage(w, h, BufferedImage.TYPE_3BYTE_BGR);
        Graphics2D g = image.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        draw(g, w, h, shape, content);
        g.dispose();
        return image;
    }

    @SuppressWarnings("EnumOrdinal") // a seed, as above
    final CounterRandom content(int number) {
        return CounterRandom.of(22, ordinal(), number);
    }

    /** Draws the frame by a random source, and content by its number. */
    abstract void draw(Graphics2D g, int w, int h, CounterRandom frame, int number);

    private static void paper(Graphics2D g, int w, int h, int light) {
        g.setColor(new Color(light, light, light));
        g.fill(new Rectangle2D.Double(0, 0, w, h));
    }

    private static Color shade(CounterRandom random, int from, int to) {
        return new Color(
                from + random.nextInt(to - from),
                from + random.nextInt(to - from),
                from + random.nextInt(to - from));
    }

    /** Words of made-up letters, {@code size} high, up to a length. */
    private static void words(
            Graphics2D g, double x, double y, double length, double size, CounterRandom random) {
        java.awt.Stroke before = g.getStroke();
        g.setStroke(new BasicStroke((float) (0.13 * size)));
        double advance = 0.75 * size;
        for (double at = x; at + advance <= x + length; at += advance) {
            if (random.nextInt(6) == 0) {
                continue;
            }
            int letter = LETTERS[random.nextInt(LETTERS.length)];
            for (int i = 0; i < STROKES.length; i++) {
                int[] s = STROKES[i];
                if ((letter >> i & 1) == 1) {
                    g.draw(
                            new Line2D.Double(
                                    at + s[0] * 0.27 * size,
                                    y + s[1] * 0.25 * size,
                                    at + s[2] * 0.27 * size,
                                    y + s[3] * 0.25 * size));
                }
            }
        }
        g.setStroke(before);
    }
}

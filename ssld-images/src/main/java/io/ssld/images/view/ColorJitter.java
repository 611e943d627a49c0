package io.ssld.images.view;

import io.ssld.base.internal.CounterRandom;
import io.ssld.base.internal.Ranges;
import io.ssld.base.internal.SettingsMap;
import io.ssld.images.view.PixelOp.Color;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Random changes of brightness, contrast, saturation and hue, in random order: torchvision's {@code
 * ColorJitter} on Pillow images. A setting s other than the hue's draws its factor uniformly from
 * {@code max(0, 1 - s)..1 + s}; the hue is turned by a part of a turn in {@code -hue..hue}; 0
 * changes nothing.
 *
 * @param brightness how far the brightness goes, 0..100
 * @param contrast how far the contrast goes, 0..100
 * @param saturation how far the saturation goes, 0..100
 * @param hue how far the hue goes, 0..0.5
 */
public record ColorJitter(double brightness, double contrast, double saturation, double hue) {

    /** No change. */
    public static final ColorJitter NONE = new ColorJitter(0, 0, 0, 0);

    /**
     * Checks the settings.
     *
     * @throws IllegalArgumentException if one is out of its range
     */
    public ColorJitter {
        Ranges.between("colorJitter.brightness", brightness, 0, 100);
        Ranges.between("colorJitter.contrast", contrast, 0, 100);
        Ranges.between("colorJitter.saturation", saturation, 0, 100);
        Ranges.between("colorJitter.hue", hue, 0, 0.5);
    }

    /** Draws the operations of one view; takes eight numbers whatever the settings are. */
    List<PixelOp> draw(CounterRandom random) {
        int[] order = random.permutation(4);
        double[] strengths = {
            factor(brightness, random),
            factor(contrast, random),
            factor(saturation, random),
            random.nextDouble(-hue, hue)
        };
        double[] settings = {brightness, contrast, saturation, hue};
        Color.Kind[] kinds = {
            Color.Kind.BRIGHTNESS, Color.Kind.CONTRAST, Color.Kind.COLOR, Color.Kind.HUE
        };
        List<PixelOp> ops = new ArrayList<>();
        for (int i : order) {
            if (settings[i] > 0) {
                ops.add(new Color(kinds[i], strengths[i]));
            }
        }
        return ops;
    }

    private static double factor(double setting, CounterRandom random) {
        return random.nextDouble(Math.max(0, 1 - setting), 1 + setting);
    }

    Map<String, Object> toMap() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("brightness", brightness);
        map.put("contrast", contrast);
        map.put("saturation", saturation);
        map.put("hue", hue);
        return map;
    }

    static ColorJitter fromMap(SettingsMap map) {
        ColorJitter result =
                new ColorJitter(
                        map.number("brightness", 0),
                        map.number("contrast", 0),
                        map.number("saturation", 0),
                        map.number("hue", 0));
        map.finish();
        return result;
    }
}

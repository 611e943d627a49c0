package io.ssld.core.data;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.SequentialBlock;
import io.ssld.engine.internal.Engines;
import io.ssld.engine.internal.kernels.Fenced;
import org.junit.jupiter.api.Test;

class ImageLayoutTest {

    private static final Shape SHAPE = new Shape(2, 3, 4, 5);

    private static final class FencedNetwork extends SequentialBlock implements Fenced {}

    @Test
    void of_networkAndDevice_channelsLastWhereThatIsSafe() {
        Device cpu = Device.cpu();
        assertThat(ImageLayout.of(new FencedNetwork(), cpu)).isEqualTo(ImageLayout.CHANNELS_LAST);
        assertThat(ImageLayout.of(new SequentialBlock(), cpu)).isEqualTo(ImageLayout.NCHW);
        assertThat(ImageLayout.of(new SequentialBlock(), Device.gpu()))
                .isEqualTo(ImageLayout.CHANNELS_LAST);
        assertThat(ImageLayout.of(new SequentialBlock().add(new FencedNetwork()), cpu))
                .isEqualTo(ImageLayout.NCHW);
    }

    @Test
    void lay_images_sameValuesAndOthersUntouched() {
        try (NDManager manager = Engines.newManager()) {
            NDArray image = manager.arange(120f).reshape(SHAPE);
            image.setName("image");
            NDArray row = manager.ones(new Shape(2, 7));
            for (ImageLayout first : ImageLayout.values()) {
                for (ImageLayout second : ImageLayout.values()) {
                    NDList laid = second.lay(first.lay(new NDList(image, row)));
                    assertThat(laid.head()).isEqualTo(image);
                    assertThat(laid.head().getName()).isEqualTo("image");
                    assertThat(laid.get(1)).isSameAs(row);
                    assertThat(LayoutProbe.of(laid.head())).isEqualTo(second);
                }
            }
        }
    }
}

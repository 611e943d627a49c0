/** Internal: renders views and scales images, byte for byte as Pillow and OpenCV do. */
@NullMarked
package io.ssld.images.view.internal;

import org.jspecify.annotations.NullMarked;

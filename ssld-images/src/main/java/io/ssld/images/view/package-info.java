/** Augmentations of images as data: drawing them, and rendering them to pixels. */
@NullMarked
package io.ssld.images.view;

import org.jspecify.annotations.NullMarked;

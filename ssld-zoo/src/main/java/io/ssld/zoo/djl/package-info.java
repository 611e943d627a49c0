/**
 * The published networks in DJL's own terms: a model zoo for {@code Criteria}, {@code ssld://}
 * addresses, prediction with ImageNet labels, and saved models that load by themselves.
 */
@NullMarked
package io.ssld.zoo.djl;

import org.jspecify.annotations.NullMarked;

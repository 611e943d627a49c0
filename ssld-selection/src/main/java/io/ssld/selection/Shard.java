package io.ssld.selection;

import io.ssld.core.data.QuarantinedImage;
import java.util.List;

/**
 * The part of a pool that is labelled in one go and lost in one go.
 *
 * @param classes how many classes the teacher knows; 0 if no image could be used
 * @param rows the rows of a table, as text
 * @param quarantined what could not be used
 */
record Shard(int classes, List<String> rows, List<QuarantinedImage> quarantined) {}

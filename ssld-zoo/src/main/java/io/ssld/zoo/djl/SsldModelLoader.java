package io.ssld.zoo.djl;

import ai.djl.MalformedModelException;
import ai.djl.repository.MRL;
import ai.djl.repository.zoo.BaseModelLoader;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ModelNotFoundException;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.util.Progress;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Lets options and arguments choose the weights, where DJL by itself looks at filters only. */
final class SsldModelLoader extends BaseModelLoader {

    SsldModelLoader(MRL mrl) {
        super(mrl);
    }

    @Override
    public <I, O> ZooModel<I, O> loadModel(Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException, MalformedModelException {
        return super.loadModel(filtered(criteria));
    }

    @Override
    public <I, O> boolean isDownloaded(Criteria<I, O> criteria)
            throws IOException, ModelNotFoundException {
        return super.isDownloaded(filtered(criteria));
    }

    @Override
    public <I, O> void downloadModel(Criteria<I, O> criteria, @Nullable Progress progress)
            throws IOException, ModelNotFoundException {
        super.downloadModel(filtered(criteria), progress);
    }

    private static <I, O> Criteria<I, O> filtered(Criteria<I, O> criteria) {
        Map<String, String> filters = new HashMap<>(orEmpty(criteria.getFilters()));
        Map<String, Object> asked = new HashMap<>(filters);
        asked.putAll(orEmpty(criteria.getOptions()));
        asked.putAll(orEmpty(criteria.getArguments()));
        String ssld = SsldRepository.choice(asked);
        filters.remove(SsldArguments.USE_SSLD);
        if (asked.containsKey(SsldArguments.WEIGHTS)) {
            filters.remove(SsldArguments.SSLD);
            filters.put(SsldArguments.WEIGHTS, "own");
        } else if (ssld != null) {
            filters.put(SsldArguments.SSLD, ssld);
        }
        return criteria.toBuilder()
                .setTypes(criteria.getInputClass(), criteria.getOutputClass())
                .optFilters(filters)
                .build();
    }

    private static <V> Map<String, V> orEmpty(@Nullable Map<String, V> map) {
        return map == null ? Map.of() : map;
    }
}

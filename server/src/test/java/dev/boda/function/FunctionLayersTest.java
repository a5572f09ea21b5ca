package dev.boda.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.boda.code.CodeFolders;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What a function keeps of its layers.
final class FunctionLayersTest extends CatalogOverStore {

    private static final LayerUse FIRST = new LayerUse("arn:first:1", "01".repeat(32), 3);
    private static final LayerUse SECOND = new LayerUse("arn:second:1", "02".repeat(32), 4);

    private static FunctionSettings with(LayerUse... layers) {
        return SETTINGS.with(its -> its.layers = List.of(layers));
    }

    @Test
    void aFunctionIsReadyWhenItsLayersAreMerged() {
        create(HELLO, with(SECOND, FIRST), CODE);
        settle();
        assertThat(folders.asked).containsExactly(CODE.digest(), SECOND.digest(), FIRST.digest());
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.READY);
    }

    @Test
    void layersThatAreGoneMakeACreationFail() {
        folders.failure = Optional.of("The code package is not there any more.");
        create(HELLO, with(FIRST), CODE);
        settle();
        assertThat(catalog.get(LATEST).state()).isEqualTo(FunctionState.CREATE_FAILED);
    }

    @Test
    void layersAreInUseWhereAFunctionHasThemOrRunsThem() {
        create(HELLO, with(FIRST, SECOND), CODE);
        settle();
        var merged = CodeFolders.digestOf(List.of(FIRST.digest(), SECOND.digest()));
        assertThat(catalog.codeInUse())
                .containsExactlyInAnyOrder(CODE.digest(), FIRST.digest(), SECOND.digest(), merged);

        reopen();
        update(LATEST, Optional.empty(), function -> function.with(its -> its.settings = with(FIRST)));
        assertThat(catalog.codeInUse()).contains(SECOND.digest(), merged);
        settle();
        assertThat(catalog.codeInUse()).containsExactlyInAnyOrder(CODE.digest(), FIRST.digest());
    }
}

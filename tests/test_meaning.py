"""meaning: two values of one field mean the same, differ slightly, or differ in substance. One row a case, both ways round."""

from __future__ import annotations

import pytest
from growth import assert_in_proportion
from hypothesis import given, settings
from hypothesis import strategies as st

from llminfer_bib.meaning import FIELDS, Compared, Difference, compare, same_venue
from llminfer_bib.meaning.venue_names import PUBLISHERS
from llminfer_bib.meaning.words import LANGUAGES, TYPES
from llminfer_bib.model import NOBODY, People, Person
from llminfer_bib.names import parse_people
from llminfer_bib.venues import VENUES, Venue, full_name

SAME, SLIGHT, MATERIAL = Difference.SAME, Difference.SLIGHT, Difference.MATERIAL


def people(source: str) -> People:
    return parse_people(source, lambda text: text.replace("{", "").replace("}", ""))


PEOPLE = (
    # the same list in two spellings
    ("Kwon, Woosuk", "Woosuk Kwon", SAME, ""),
    ("Kwon, Woosuk and Li, Zhuohan", "W. Kwon and Z. Li", SAME, ""),
    ("Gonzalez, Joseph E.", "Gonzalez, Joseph", SAME, ""),
    ("Gonzalez, Joseph E.", "Gonzalez, J.", SAME, ""),
    ("Gonzalez, Joseph E.", "Gonzalez, JE", SAME, ""),
    ("Gonzalez, Joseph E.", "González, Joseph Edward", SAME, ""),
    ("Vechtomova, Olga", "VECHTOMOVA, OLGA", SAME, ""),
    ("Chuang, Yu-Neng", "Chuang, Yuneng", SAME, ""),
    ("Chuang, Yu-Neng", "Chuang, Yu Neng", SAME, ""),
    ("Chuang, Yu-Neng", "Chuang, Y.-N.", SAME, ""),
    ("Chuang, Yuneng", "Chuang, Y. N.", SAME, ""),
    ("Chuang, Yuneng", "Chuang, Yu N.", SAME, ""),
    ("Müller, Jörg", "Mueller, Joerg", SAME, ""),
    ("Müller, Jörg", "Muller, Jorg", SAME, ""),
    ("Søgaard, Anders", "Sogaard, Anders", SAME, ""),
    ("Özgür, Arzucan", "Ozgur, Arzucan", SAME, ""),
    ("Łukasz Kaiser", "Lukasz Kaiser", SAME, ""),
    ("van der Maaten, Laurens", "Laurens Van Der Maaten", SAME, ""),
    ("van der Maaten, Laurens", "Maaten, Laurens", SAME, ""),
    ("Di Caro, Gianni", "Caro, Gianni", SAME, ""),
    ("Van Durme, Benjamin", "van Durme, Benjamin", SAME, ""),
    ("O'Neil, Cathy", "O’Neil, Cathy", SAME, ""),
    ("Fei-Fei, Li", "FeiFei, Li", SAME, ""),
    ("King, Jr., Martin Luther", "King, Martin L.", SAME, ""),
    ("Agüera y Arcas, Blaise", "Aguera y Arcas, B.", SAME, ""),
    ("LeCun, Yann", "Lecun, Y.", SAME, ""),
    ("Hinton, Geoffrey Everest", "Hinton, G", SAME, ""),
    ("Adams, Scott", "Adams, S. Scott", SAME, ""),
    ("Barry, Ronald", "Barry, Kelley Ronald", SAME, ""),
    ("{DeepSeek-AI} and Guo, Daya", "DeepSeek-AI and Guo, Daya", SAME, ""),
    ("{Meta AI}", "{META AI}", SAME, ""),
    ("{Meta AI}", "Meta AI", SAME, ""),
    ("{Qwen Team}", "Team, Qwen", SAME, ""),
    # lists that are cut off
    ("Kwon, Woosuk and others", "Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan", SAME, ""),
    ("Kwon, Woosuk and Li, Zhuohan and others", "Kwon, Woosuk and Li, Zhuohan", SAME, ""),
    ("Kwon, Woosuk and others", "Li, Zhuohan and others", MATERIAL, "first author is Li, not Kwon"),
    ("Kwon, Woosuk and others", "Kwon, Woosuk and Li, Zhuohan and others", SAME, ""),
    (
        "Kwon, Woosuk and Wong, A. and others",
        "Kwon, Woosuk and Li, Zhuohan and Zhuang, S.",
        MATERIAL,
        "second author is Li",
    ),
    ("A, B and C, D and others", "A, B", MATERIAL, "1 author fewer"),
    # Han beside pinyin
    ("戴国浩", "Dai, Guohao", SAME, ""),
    ("戴国浩", "Guohao Dai", SAME, ""),
    ("戴国浩", "DAI, GUO-HAO", SAME, ""),
    ("戴国浩", "Dai, G.", SAME, ""),
    ("戴国浩", "戴, 国浩", SAME, ""),
    ("葛旭冉 and 欧洋", "Ge, Xuran and Ou, Yang", SAME, ""),
    ("欧阳修", "Ouyang, Xiu", SAME, ""),
    ("单雄信", "Shan, Xiongxin", SAME, ""),
    ("解缙", "Xie, Jin", SAME, ""),
    ("曾国藩", "Zeng, Guofan", SAME, ""),
    ("吕布", "Lü, Bu", SAME, ""),
    ("吕布", "Lv, Bu", SAME, ""),
    ("陈大文", "Chan, Dawen", SAME, ""),
    ("戴国浩", "Dai, Wei", SLIGHT, "first author: Wei, not 国浩"),
    ("戴国浩", "Wang, Guohao", MATERIAL, "first author is Wang, not 戴国浩"),
    ("王伟", "汪伟", SLIGHT, "other characters"),
    ("王伟", "李伟", MATERIAL, "first author is 李伟, not 王伟"),
    ("山田太郎", "Yamada, Taro", MATERIAL, "first author"),  # in one piece it reads as a Chinese name
    ("山田, 太郎", "Yamada, Taro", SLIGHT, "another script"),
    ("김철수", "Kim, Cheolsu", SLIGHT, "another script"),
    ("Толстой, Лев", "Tolstoy, Leo", SLIGHT, "another script"),
    # without weight
    ("Wang, Wei", "Wang, Ming", SLIGHT, "first author: Ming, not Wei"),
    ("Kwon, Joe", "Kwon, Joseph", SLIGHT, "first author: Joseph, not Joe"),
    ("Wei, Wang", "Wang, Wei", SLIGHT, "parted otherwise"),
    ("Yuneng, Chuang", "Chuang, Yu-Neng", SLIGHT, "swapped"),
    ("Garcia Marquez, Gabriel", "Garcia, Gabriel", SLIGHT, "part of the family name"),
    ("Kelley Pace, R.", "Pace, R. Kelley", SLIGHT, "parted otherwise"),
    ("King, Jr., M.", "King, III, M.", SLIGHT, "III, not Jr."),
    ("Yang and Zhilin and Dai, Zihang", "Yang, Zhilin and Dai, Zihang", SLIGHT, "cut in two"),
    ("Carbonell, Jaime and Jr.", "Carbonell, Jr., Jaime", SLIGHT, "cut in two"),
    # in substance
    ("Kwon, Woosuk", "Kwon, Woosuk and Li, Zhuohan and Zhuang, Siyuan", MATERIAL, "2 authors more"),
    ("Kwon, Woosuk and Li, Zhuohan", "Kwon, Woosuk", MATERIAL, "1 author fewer"),
    ("{DeepSeek-AI} and Guo, Daya", "Guo, Daya", MATERIAL, "1 author fewer"),
    ("A, B and C, D and Wong, E", "A, B and C, D and Wang, E", MATERIAL, "third author is Wang, not Wong"),
    ("A, B and C, D and E, F", "A, B and E, F and C, D", MATERIAL, "another order"),
    ("Schüttl, Kristof", "Schütt, Kristof", MATERIAL, "first author is Schütt, not Schüttl"),
    ("Smith, Michael Jordan", "Jordan, Michael I.", MATERIAL, "first author is Jordan, not Smith"),
    ("Li, Wei", "Lee, Wei", MATERIAL, "first author is Lee, not Li"),
    ("", "Kwon, Woosuk", MATERIAL, "1 author more"),
)


@pytest.mark.parametrize(("mine", "theirs", "difference", "why"), PEOPLE)
def test_lists_of_names(mine: str, theirs: str, difference: Difference, why: str) -> None:
    found = compare("author", people(mine), people(theirs))
    assert (found.difference, why in found.why) == (difference, True), found
    assert compare("editor", people(theirs), people(mine)).difference is difference


FIELD_ROWS = (
    # field, mine, theirs, difference, a part of why
    ("title", "Efficient Memory Management", "Efficient memory management.", SAME, ""),
    ("title", "FlashAttention: Fast", "Flashattention : fast", SAME, ""),
    ("title", "Key-Value Cache", "Key–value cache", SAME, ""),
    ("title", "Multihead Attention", "Multi-Head Attention", SAME, ""),
    ("title", "“Quotes” and 'quotes'", "``Quotes'' and ‘quotes’", SAME, ""),
    ("title", "Bits & Bytes", "Bits &amp; Bytes", SAME, ""),
    ("title", "H<sub>2</sub>O: heavy hitters", "H2O: Heavy Hitters", SAME, ""),
    ("title", "$O(n^2)$ attention", "O(n²) Attention", SAME, ""),
    ("title", r"$\alpha$-decay", "α-Decay", SAME, ""),
    ("title", "Réseaux", "Reseaux", SAME, ""),
    ("title", "Ｆｕｌｌ width", "Full width", SAME, ""),
    ("title", "基于LLM的推理", "基于 LLM 的推理", SAME, ""),
    ("title", "大语言模型推理", "大语言模型推理。", SAME, ""),
    ("title", "XGBoost", "XGBoost: A Scalable Tree Boosting System", SLIGHT, "subtitle"),
    ("title", "vLLM — Easy Serving", "vLLM", SLIGHT, "subtitle"),
    ("title", "Query strategies", "Query strategies (extended abstract)", SLIGHT, "subtitle"),
    ("title", "RETRACTED: A Title of Weight", "A Title of Weight", SLIGHT, "retracted"),
    ("title", "Modelling the languages of people", "Modeling the language of people", SLIGHT, "worded"),
    ("title", "The Pandora's box problem", "Pandora's Box Problem", SLIGHT, "worded"),
    ("title", "LLaMA", "LLaMA 2", MATERIAL, "another title"),
    ("title", "EAGLE-2: Faster Inference", "EAGLE-3: Faster Inference", MATERIAL, "another title"),
    ("title", "LoRA", "LoRA+", MATERIAL, "another title"),
    ("title", "Scaling Laws, Part I", "Scaling Laws, Part II", MATERIAL, "another title"),
    ("title", "Supervised pretraining of models", "Unsupervised pretraining of models", MATERIAL, "another title"),
    ("title", "Attention Is All You Need", "Is Attention All You Need for Vision?", MATERIAL, "another title"),
    ("title", "大语言模型推理", "大语言模型训练", MATERIAL, "another title"),
    ("title", "0", "O", MATERIAL, "another title"),
    ("year", "2023", "2023", SAME, ""),
    ("year", "2023", "{2023}", SAME, ""),
    ("year", "2023", " 2023 ", SAME, ""),
    ("year", "2023", "2024", SLIGHT, "another year: 2024, not 2023"),
    ("year", "2023", "2021", MATERIAL, "another year: 2021, not 2023"),
    ("year", "in press", "In Press", SAME, ""),
    ("year", "in press", "2023", SLIGHT, "2023"),
    ("month", "jun", "6", SAME, ""),
    ("month", "June", "jun", SAME, ""),
    ("month", "06", "June", SAME, ""),
    ("month", "10 June", "jun", SAME, ""),
    ("month", "六月", "6", SAME, ""),
    ("month", "jun", "jul", SLIGHT, "another month"),
    ("month", "spring", "summer", SLIGHT, "another month"),
    ("date", "2023-01-10", "2023-01-10", SAME, ""),
    ("date", "2023-01-10", "2023-01-10T10:00:00Z", SAME, ""),
    ("date", "2023-01-10", "2023", SLIGHT, "exact"),
    ("date", "2023-01-10", "2023-02-10", SLIGHT, "another day"),
    ("date", "2023-12", "2024-01", SLIGHT, "another year"),
    ("date", "2023-21", "2023-21", SAME, ""),
    ("date", "2023-21", "2023-04", SLIGHT, "exact"),
    ("date", "2023-04-02", "2023-21", SLIGHT, "exact"),
    ("date", "2023-24", "2023-01", SLIGHT, "exact"),
    ("date", "2023-21", "2023", SLIGHT, "exact"),
    ("date", "2023-21", "2023-07", SLIGHT, "another day"),
    ("date", "2023-21", "2023-22", SLIGHT, "another day"),
    ("month", "Autumn", "fall", SAME, ""),
    ("date", "2020", "2023-01-10", MATERIAL, "another year: 20"),
    ("pages", "611--626", "611-626", SAME, ""),
    ("pages", "611–626", "pp. 611-626", SAME, ""),
    ("pages", "611 - 626", "611-26", SAME, ""),
    ("pages", "123-9", "123--129", SAME, ""),
    ("pages", "0611-0626", "611-626", SAME, ""),
    ("pages", "1--15, 20", "1-15,20", SAME, ""),
    ("pages", "107398", "Article 107398", SAME, ""),
    ("pages", "107398", "Article No. 107398", SAME, ""),
    ("pages", "S12--S20", "s12-s20", SAME, ""),
    ("pages", "5--5", "5", SAME, ""),
    ("pages", "12:1--12:25", "12:1–12:25", SAME, ""),
    ("pages", "12:1--12:25", "1-25", SLIGHT, "article"),
    ("pages", "611", "611-626", SLIGHT, "last page"),
    ("pages", "107398", "1-15", SLIGHT, "article number"),
    ("pages", "to appear", "611-626", SLIGHT, ""),
    ("pages", "611--626", "600--615", MATERIAL, "other pages"),
    ("pages", "611--626", "611--630", MATERIAL, "other pages"),
    ("pages", "107398", "107399", MATERIAL, "other pages"),
    ("volume", "12", "012", SAME, ""),
    ("volume", "vol. 12", "12", SAME, ""),
    ("volume", "v12", "12", SAME, ""),
    ("volume", "abs/2309.06180", "abs/2309.06180", SAME, ""),
    ("volume", "12", "13", SLIGHT, "13, not 12"),
    ("number", "No. 3", "3", SAME, ""),
    ("number", "1/2", "1–2", SAME, ""),
    ("number", "3", "4", SLIGHT, "4, not 3"),
    ("edition", "2nd", "2", SAME, ""),
    ("edition", "2nd ed.", "2", SAME, ""),
    ("publisher", "ACM", "Association for Computing Machinery", SAME, ""),
    ("publisher", "Association for Computing Machinery (ACM)", "ACM Press", SAME, ""),
    ("publisher", "ACM, New York, NY, USA", "ACM", SAME, ""),
    ("publisher", "New York: ACM", "ACM", SAME, ""),
    ("publisher", "Institute of Electrical and Electronics Engineers (IEEE)", "IEEE", SAME, ""),
    ("publisher", "Springer International Publishing", "Springer-Verlag", SAME, ""),
    ("publisher", "Springer Science and Business Media LLC", "Springer", SAME, ""),
    ("publisher", "Elsevier BV", "Elsevier", SAME, ""),
    ("publisher", "Curran Associates, Inc.", "Curran Associates", SAME, ""),
    ("publisher", "USENIX Association", "USENIX", SAME, ""),
    ("publisher", "The MIT Press", "MIT Press", SAME, ""),
    ("publisher", "ACM", "IEEE", SLIGHT, "another publisher"),
    ("doi", "10.1145/3600006.3613165", "https://doi.org/10.1145/3600006.3613165", SAME, ""),
    ("doi", "10.1145/ABC.1", "doi:10.1145/abc.1", SAME, ""),
    ("doi", "10.1145/1", "10.1145/2", MATERIAL, "another DOI: 10.1145/"),
    ("doi", "see the page", "10.1145/2", MATERIAL, "another DOI"),
    ("doi", "10.48550/arXiv.2309.06180", "10.1145/3600006.3613165", SLIGHT, "the DOI of the"),
    ("doi", "10.48550/arXiv.2309.06180", "10.48550/arXiv.2309.06181", MATERIAL, "another DOI"),
    ("eprint", "2309.06180", "2309.06180v1", SAME, ""),
    ("eprint", "arXiv:2309.06180", "2309.06180", SAME, ""),
    ("eprint", "math.GT/0309136", "math/0309136", SAME, ""),
    ("eprint", "2309.06180v1", "2309.06180v2", SLIGHT, "another version"),
    ("eprint", "2309.06180", "2309.06181", MATERIAL, "another arXiv id"),
    ("eprint", "hal-0001", "HAL-0001", SAME, ""),
    ("eprint", "hal-0001", "hal-0002", SLIGHT, "another eprint"),
    ("eprintclass", "cs.CL", "cs.cl", SAME, ""),
    ("eprintclass", "cs.CL", "cs.LG", SLIGHT, "cs.LG, not cs.CL"),
    ("primaryclass", "[cs.CL]", "cs.CL", SAME, ""),
    ("eprinttype", "arxiv", "arXiv", SAME, ""),
    ("url", "http://example.org/a/", "https://example.org/a", SAME, ""),
    ("url", "https://www.example.org/a", "https://example.org/a", SAME, ""),
    ("url", "https://arxiv.org/abs/2309.06180", "https://arxiv.org/pdf/2309.06180v2.pdf", SAME, ""),
    ("url", "https://doi.org/10.1145/1.2", "http://dx.doi.org/10.1145/1.2", SAME, ""),
    ("url", "https://doi.org/10.48550/arXiv.2309.06180", "https://arxiv.org/abs/2309.06180", SAME, ""),
    ("url", "https://openreview.net/forum?id=a", "https://openreview.net/forum?id=b", SLIGHT, "another link"),
    ("isbn", "0-306-40615-2", "978-0-306-40615-7", SAME, ""),
    ("isbn", "0-306-40615-2", "978-3-16-148410-0", SLIGHT, "another ISBN"),
    ("issn", "03785955", "0378-5955", SAME, ""),
    ("@type", "inproceedings", "conference", SAME, ""),
    ("@type", "misc", "inproceedings", SLIGHT, "another type"),
    ("langid", "chinese", "zh-CN", SAME, ""),
    ("langid", "chinese", "english", SLIGHT, ""),
    ("note", "Best  Paper – Award", "best paper - award.", SAME, ""),
    ("note", "Best paper", "Runner up", SLIGHT, "Runner up, not Best paper"),
    ("address", "New York, NY", "New York NY", SAME, ""),
)


@pytest.mark.parametrize(("field", "mine", "theirs", "difference", "why"), FIELD_ROWS)
def test_other_fields(field: str, mine: str, theirs: str, difference: Difference, why: str) -> None:
    found = compare(field, mine, theirs)
    assert (found.difference, why in found.why) == (difference, True), found
    assert compare(field.upper(), theirs, mine).difference is difference


ONE = (
    ("Proc. VLDB Endow.", "Proceedings of the VLDB Endowment"),
    ("PVLDB", "Proceedings of the VLDB Endowment"),
    ("J. Mach. Learn. Res.", "Journal of Machine Learning Research"),
    ("JMLR", "Journal of Machine Learning Research"),
    ("IEEE Trans. Parallel Distrib. Syst.", "IEEE Transactions on Parallel and Distributed Systems"),
    ("Int. J. Comput. Vis.", "International Journal of Computer Vision"),
    ("Commun. ACM", "Communications of the ACM"),
    ("Information Processing & Management", "Information Processing and Management"),
    ("Statistics &amp; Probability Letters", "Statistics and Probability Letters"),
    ("The Annals of Statistics", "Annals of Statistics"),
    ("SOSP '23", "Proceedings of the 29th Symposium on Operating Systems Principles"),
    ("SOSP", "Proceedings of the 29th ACM Symposium on Operating Systems Principles (SOSP '23)"),
    (
        "Proceedings of the 29th Symposium on Operating Systems Principles",
        "Proceedings of the Twenty-Ninth ACM Symposium on Operating Systems Principles",
    ),
    ("2024 IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)", "CVPR 2024"),
    (
        "2024 IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR)",
        "Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition",
    ),
    ("NeurIPS", "Advances in Neural Information Processing Systems 35"),
    ("NIPS 2017", "Advances in Neural Information Processing Systems"),
    ("International Conference on Machine Learning", "ICML"),
    ("ICLR 2024", "The Twelfth International Conference on Learning Representations"),
    ("MLSys", "Proceedings of Machine Learning and Systems"),
    ("OSDI 22", "16th USENIX Symposium on Operating Systems Design and Implementation (OSDI 22)"),
    ("ASPLOS", "Architectural Support for Programming Languages and Operating Systems"),
    ("EMNLP", "Proceedings of the 2024 Conference on Empirical Methods in Natural Language Processing"),
    (
        "Proceedings of the 62nd Annual Meeting of the Association for Computational Linguistics (Volume 1: Long Papers)",
        "ACL 2024",
    ),
    ("EuroSys '24", "Proceedings of the Nineteenth European Conference on Computer Systems"),
    ("COLM", "First Conference on Language Modeling"),
    ("arXiv preprint arXiv:2309.06180", "CoRR"),
    ("计算机研究与发展", "计算机研究与发展"),
    ("Proceedings of the 22nd international conference on Machine learning - ICML '05", "ICML 2005"),
    (
        "ICASSP 2024 - 2024 IEEE International Conference on Acoustics, Speech and Signal Processing (ICASSP)",
        "IEEE International Conference on Acoustics, Speech and Signal Processing",
    ),
    ("Computer Vision – ECCV 2022", "European Conference on Computer Vision"),
    ("Proceedings of the IEEE", "Proc. IEEE"),
)
TWO = (
    ("ICML", "NeurIPS"),
    ("Journal of Machine Learning Research", "Machine Learning"),
    ("International Conference on Machine Learning", "Machine Learning"),
    ("Findings of the Association for Computational Linguistics: ACL 2024", "ACL 2024"),
    ("NeurIPS 2023 Workshop on Efficient Systems", "NeurIPS 2023"),
    ("Companion Proceedings of the Web Conference", "Proceedings of the Web Conference"),
    ("Lecture Notes in Computer Science", "Computer Vision – ECCV 2022"),
    ("IEEE Transactions on Computers", "ACM Transactions on Computer Systems"),
    ("Nature", "Nature Communications"),
    ("Nature Machine Intelligence", "Nature Communications"),
    ("计算机研究与发展", "软件学报"),
    ("SOSP", "OSDI"),
    ("arXiv", "Proceedings of the 29th Symposium on Operating Systems Principles"),
    ("", "ICML"),
)


@pytest.mark.parametrize(("mine", "theirs"), ONE)
@pytest.mark.parametrize("field", ["booktitle", "journal", "journaltitle"])
def test_one_venue_in_two_spellings_is_the_same(field: str, mine: str, theirs: str) -> None:
    assert compare(field, mine, theirs).difference is SAME
    assert compare(field, theirs, mine).difference is SAME


@pytest.mark.parametrize(("mine", "theirs"), TWO)
def test_another_venue_is_told_but_never_a_conflict(mine: str, theirs: str) -> None:
    assert compare("journal", mine, theirs).difference is SLIGHT
    assert not same_venue(theirs, mine)
    assert "another venue" in compare("booktitle", mine, theirs).why


@pytest.mark.parametrize("venue", VENUES, ids=lambda venue: venue.acronym)
def test_every_venue_of_the_table_is_one_by_its_acronym_and_its_name(venue: Venue) -> None:
    assert same_venue(venue.acronym, full_name(venue, 2024))
    assert not same_venue(venue.acronym, "Journal of Gardening in the Alps")


@pytest.mark.parametrize("row", PUBLISHERS, ids=lambda row: row[0])
def test_every_spelling_in_a_row_of_publishers_is_one_publisher(row: tuple[str, tuple[str, ...]]) -> None:
    for spelling in row[1]:
        assert compare("publisher", row[1][0], f"{spelling.upper()} Inc.").difference is SAME


def test_no_publisher_stands_in_two_rows() -> None:
    spellings = [spelling for _, row in PUBLISHERS for spelling in row]
    assert len(spellings) == len(set(spellings))


@pytest.mark.parametrize("row", [*TYPES, *LANGUAGES], ids=lambda row: row[0])
def test_every_word_of_a_row_means_the_first_one(row: tuple[str, ...]) -> None:
    field = "@type" if row in TYPES else "langid"
    assert all(compare(field, row[0], word.upper()).difference is SAME for word in row)


def test_of_many_slight_differences_the_first_is_named_and_a_material_one_goes_before() -> None:
    mine, theirs = people("A, Wei and B, Wei and C, D"), people("A, Ming and B, Ming and E, D")
    assert compare("author", mine, theirs) == Compared(MATERIAL, "third author is E, not C")


def test_a_text_beside_a_list_of_names_is_compared_as_text() -> None:
    assert compare("author", "Kwon, Woosuk", people("Woosuk Kwon")).difference is SAME
    assert compare("author", NOBODY, "").difference is SAME
    assert compare("year", NOBODY, "2023").difference is SLIGHT


TEXTS = st.text(max_size=40) | st.text(alphabet="aB1-–. :(){}$\\^+é王λ'ii", max_size=40)
PARTS = st.text(alphabet="aBé王-. 'Ü", max_size=6)
PERSONS = st.builds(Person, PARTS, PARTS, PARTS, PARTS) | st.builds(Person, literal=PARTS)
PEOPLES = st.builds(People, st.lists(PERSONS, max_size=4).map(tuple), st.booleans())


@settings(max_examples=150)
@given(st.sampled_from([*FIELDS, "note"]), TEXTS, TEXTS)
def test_texts_compare_alike_from_both_sides_and_with_themselves(field: str, mine: str, theirs: str) -> None:
    assert compare(field, mine, mine + "").difference is SAME
    assert compare(field, f" {mine}", mine).difference in {SAME, SLIGHT}
    there, back = compare(field, mine, theirs), compare(field, theirs, mine)
    assert there.difference is back.difference
    assert bool(there.why) == (there.difference is not SAME)
    assert len(there.why) < 200


@settings(max_examples=150)
@given(PEOPLES, PEOPLES)
def test_people_compare_alike_from_both_sides_and_with_themselves(mine: People, theirs: People) -> None:
    assert compare("author", mine, People(tuple(mine), mine.others)).difference is SAME
    there, back = compare("author", mine, theirs), compare("author", theirs, mine)
    assert there.difference is back.difference
    assert bool(there.why) == (there.difference is not SAME)


def test_many_comparisons_of_each_field_take_linear_time() -> None:
    def work(numbers: range) -> None:
        for number in numbers:
            for field, mine, theirs, _, _ in FIELD_ROWS:
                compare(field, mine, theirs + " " * number)

    assert_in_proportion(range, work, 4)


@pytest.mark.parametrize("field", sorted(FIELDS))
@pytest.mark.parametrize("piece", ["a", "1-", "(", " ", "<a", "王", "\\x", "a b ", "Vol. ", "'23 ", ": "])
def test_long_texts_take_linear_time(field: str, piece: str) -> None:
    assert_in_proportion(
        lambda size: piece * (size // len(piece)), lambda mine: compare(field, mine, mine + "x"), 4096, 32_768
    )


def test_many_authors_take_linear_time() -> None:
    def make(count: int) -> tuple[People, People]:
        return (
            People(tuple(Person(f"Family{n}", f"G. {n}") for n in range(count))),
            People(tuple(Person(f"Famíly{n}", f"Gert {n}") for n in range(count))),
        )

    def work(pair: tuple[People, People]) -> None:
        mine, theirs = pair
        assert compare("author", mine, theirs).difference is SAME
        backwards = compare("author", mine, People(theirs.persons[::-1]))
        assert backwards.why == ("another order of the authors" if len(mine.persons) > 1 else "")

    assert_in_proportion(make, work, 1000)

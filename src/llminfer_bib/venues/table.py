"""The conferences and journals of the field, one row each: what they are called, and how people shorten it. Knows no text.

Names follow each venue's own proceedings; the numbers of editions follow from one that is sure (``zeroth``).
"""

# ruff: noqa: E501  # one venue, one row
from __future__ import annotations

from dataclasses import dataclass

CONFERENCE = "inproceedings"
JOURNAL = "article"


@dataclass(frozen=True, slots=True)
class Venue:
    """One conference or journal."""

    acronym: str
    """``NeurIPS``. For a journal without a usual acronym, its name."""
    name: str
    """Its real name, with ``{year}``, ``{yy}``, ``{nth}`` (29th) or ``{Nth}`` (Twenty-Ninth) where a proceedings has them."""
    dblp: str = ""
    """Its stream at DBLP: ``conf/nips``."""
    spellings: tuple[str, ...] = ()
    """Other acronyms and names, DBLP's abbreviation included. Case and punctuation do not count."""
    type: str = CONFERENCE
    zeroth: int = 0
    """The year before the first edition, counted back from today as if there had been one every year; 0: not numbered."""
    since: int = 0
    """The first year in which ``zeroth`` holds."""
    editions: tuple[tuple[int, int], ...] = ()
    """(year, number), where there was not one every year."""
    word: bool = False
    """The acronym is also a word, or stands for other things as well: it needs a year beside it."""
    by_edition: bool = False
    """People write ``MICRO-56`` and mean the edition."""


def _c(
    acronym: str, name: str, dblp: str = "", spellings: str = "", *, zeroth: int = 0, since: int = 0, word: bool = False
) -> Venue:
    """Make the row of a conference. ``spellings`` are parted by a bar."""
    others = tuple(filter(None, spellings.split("|")))
    return Venue(acronym, name, dblp, others, zeroth=zeroth, since=since or zeroth + 1, word=word)


def _j(acronym: str, name: str, dblp: str = "", spellings: str = "", *, word: bool = False) -> Venue:
    """Make the row of a journal."""
    return Venue(acronym, name, dblp, tuple(filter(None, spellings.split("|"))), type=JOURNAL, word=word)


_FINDINGS = "Findings of the Association for Computational Linguistics: "
_SOSP = ((2011, 23), (2013, 24), (2015, 25), (2017, 26), (2019, 27), (2021, 28), (2023, 29), (2024, 30), (2025, 31))
_EACL = ((2009, 12), (2012, 13), (2014, 14), (2017, 15), (2021, 16), (2023, 17), (2024, 18), (2026, 19))
_OSDI = ((2004, 6), (2006, 7), (2008, 8), (2010, 9), (2012, 10), (2014, 11), (2016, 12), (2018, 13))

# fmt: off
_LEARNING = (
    _c("NeurIPS", "Advances in Neural Information Processing Systems (NeurIPS {year})", "conf/nips",
       "NIPS|Neural Information Processing Systems|Conference on Neural Information Processing Systems|Annual Conference on Neural Information Processing Systems|Advances in Neural Information Processing Systems", zeroth=1986),
    _c("NeurIPS Datasets and Benchmarks", "Advances in Neural Information Processing Systems (NeurIPS {year}) Datasets and Benchmarks Track", "",
       "NeurIPS Datasets and Benchmarks Track|NeurIPS D&B|NeurIPS DB Track|NeurIPS Datasets & Benchmarks", zeroth=1986),
    _c("ICML", "Proceedings of the {nth} International Conference on Machine Learning (ICML {year})", "conf/icml",
       "International Conference on Machine Learning", zeroth=1983, since=1990),
    _c("ICLR", "The {Nth} International Conference on Learning Representations (ICLR {year})", "conf/iclr",
       "International Conference on Learning Representations|International Conference for Learning Representations|Intl. Conference on Learning Representations", zeroth=2012),
    _c("COLM", "{Nth} Conference on Language Modeling (COLM {year})", "conf/colm", "Conference on Language Modeling|Conference on Language Modelling", zeroth=2023),
    _c("MLSys", "Proceedings of Machine Learning and Systems (MLSys {year})", "conf/mlsys",
       "Conference on Machine Learning and Systems|Machine Learning and Systems|Proceedings of Machine Learning and Systems|SysML", zeroth=2017),
    _c("AISTATS", "Proceedings of the {nth} International Conference on Artificial Intelligence and Statistics (AISTATS {year})", "conf/aistats",
       "International Conference on Artificial Intelligence and Statistics", zeroth=1997, since=2010),
    _c("UAI", "Proceedings of the {nth} Conference on Uncertainty in Artificial Intelligence (UAI {year})", "conf/uai", "Conference on Uncertainty in Artificial Intelligence", zeroth=1984),
    _c("COLT", "Proceedings of the {nth} Annual Conference on Learning Theory (COLT {year})", "conf/colt", "Conference on Learning Theory", zeroth=1987, word=True),
    _c("ACML", "Proceedings of the {nth} Asian Conference on Machine Learning (ACML {year})", "conf/acml", "Asian Conference on Machine Learning", zeroth=2008),
    _c("CoRL", "Proceedings of the {nth} Conference on Robot Learning (CoRL {year})", "conf/corl", "Conference on Robot Learning", zeroth=2016),
    _c("CPAL", "Conference on Parsimony and Learning (CPAL {year})", "conf/cpal", "Conference on Parsimony and Learning"),
    _c("ECML PKDD", "Machine Learning and Knowledge Discovery in Databases (ECML PKDD {year})", "conf/pkdd", "ECML-PKDD|ECML/PKDD|ECML"),
    _c("AAAI", "Proceedings of the AAAI Conference on Artificial Intelligence (AAAI {year})", "conf/aaai", "AAAI Conference on Artificial Intelligence|National Conference on Artificial Intelligence", zeroth=1986, since=2010),
    Venue("IJCAI", "Proceedings of the {Nth} International Joint Conference on Artificial Intelligence (IJCAI-{yy})", "conf/ijcai",
          ("International Joint Conference on Artificial Intelligence", "International Joint Conferences on Artificial Intelligence", "IJCAI-ECAI"), zeroth=1991, since=2015),
    _c("ECAI", "Proceedings of the European Conference on Artificial Intelligence (ECAI {year})", "conf/ecai", "European Conference on Artificial Intelligence"),
    _c("AAMAS", "Proceedings of the {nth} International Conference on Autonomous Agents and Multiagent Systems (AAMAS {year})", "conf/atal",
       "International Conference on Autonomous Agents and Multiagent Systems", zeroth=2001),
    _c("IJCNN", "International Joint Conference on Neural Networks (IJCNN {year})", "conf/ijcnn", "International Joint Conference on Neural Networks"),
    _c("SaTML", "IEEE Conference on Secure and Trustworthy Machine Learning (SaTML {year})", "conf/satml", "IEEE Conference on Secure and Trustworthy Machine Learning"),
    _c("LoG", "Learning on Graphs Conference (LoG {year})", "conf/log", "Learning on Graphs Conference", word=True),
    _j("TMLR", "Transactions on Machine Learning Research", "journals/tmlr", "Transactions on Machine Learning Research|Transactions of Machine Learning Research|Trans. Mach. Learn. Res."),
    _j("JMLR", "Journal of Machine Learning Research", "journals/jmlr", "Journal of Machine Learning Research|J. Mach. Learn. Res."),
    _j("JAIR", "Journal of Artificial Intelligence Research", "journals/jair", "Journal of Artificial Intelligence Research|J. Artif. Intell. Res."),
    _j("TNNLS", "IEEE Transactions on Neural Networks and Learning Systems", "journals/tnn", "IEEE Transactions on Neural Networks and Learning Systems|IEEE Trans. Neural Networks Learn. Syst."),
    _j("TPAMI", "IEEE Transactions on Pattern Analysis and Machine Intelligence", "journals/pami",
       "T-PAMI|IEEE TPAMI|IEEE Transactions on Pattern Analysis and Machine Intelligence|Transactions on Pattern Analysis and Machine Intelligence|IEEE Trans. Pattern Anal. Mach. Intell."),
    _j("TIST", "ACM Transactions on Intelligent Systems and Technology", "journals/tist", "ACM TIST|ACM Transactions on Intelligent Systems and Technology|ACM Trans. Intell. Syst. Technol."),
    _j("Neurocomputing", "Neurocomputing", "journals/ijon", word=True),
    _j("Neural Networks", "Neural Networks", "journals/nn", word=True),
    _j("Neural Computation", "Neural Computation", "journals/neco", "Neural Comput.", word=True),
)

_LANGUAGE = (
    _c("ACL", "Proceedings of the {nth} Annual Meeting of the Association for Computational Linguistics (ACL {year})", "conf/acl",
       "ACL-IJCNLP|ACL/IJCNLP|Annual Meeting of the Association for Computational Linguistics|Annual Meeting of the ACL|Meeting of the Association for Computational Linguistics", zeroth=1962, since=1979),
    _c("EMNLP", "Proceedings of the {year} Conference on Empirical Methods in Natural Language Processing (EMNLP {year})", "conf/emnlp",
       "EMNLP-IJCNLP|EMNLP/IJCNLP|Empirical Methods in Natural Language Processing|Conference on Empirical Methods in Natural Language Processing"),
    _c("NAACL", "Proceedings of the {year} Conference of the North American Chapter of the Association for Computational Linguistics (NAACL {year})", "conf/naacl",
       "NAACL-HLT|HLT-NAACL|NAACL HLT|Conference of the North American Chapter of the Association for Computational Linguistics|North American Chapter of the Association for Computational Linguistics|"
       "Conference of the Nations of the Americas Chapter of the Association for Computational Linguistics|Nations of the Americas Chapter of the Association for Computational Linguistics"),
    Venue("EACL", "Proceedings of the {nth} Conference of the European Chapter of the Association for Computational Linguistics (EACL {year})", "conf/eacl",
          ("Conference of the European Chapter of the Association for Computational Linguistics", "European Chapter of the Association for Computational Linguistics"), editions=_EACL),
    _c("AACL", "Proceedings of the Conference of the Asia-Pacific Chapter of the Association for Computational Linguistics (AACL {year})", "conf/ijcnlp",
       "AACL-IJCNLP|IJCNLP-AACL|IJCNLP/AACL|AACL/IJCNLP|Asia-Pacific Chapter of the Association for Computational Linguistics"),
    _c("IJCNLP", "Proceedings of the International Joint Conference on Natural Language Processing (IJCNLP {year})", "", "International Joint Conference on Natural Language Processing"),
    *(_c(f"Findings of {part}", f"{_FINDINGS}{part} {{year}}", "",
         f"{part} Findings|{part} (Findings)|Findings of {part}|Findings of the {part}|Findings {part}|Findings in {part}|Findings at {part}|{_FINDINGS}{part}")
      for part in ("ACL", "EMNLP", "NAACL", "EACL", "AACL")),
    _c("Findings of ACL-IJCNLP", f"{_FINDINGS}ACL-IJCNLP {{year}}", "", f"Findings of ACL-IJCNLP|ACL-IJCNLP Findings|ACL/IJCNLP (Findings)|{_FINDINGS}ACL-IJCNLP"),
    Venue("COLING", "Proceedings of the {nth} International Conference on Computational Linguistics (COLING {year})", "conf/coling",
          ("International Conference on Computational Linguistics",), editions=((2012, 24), (2014, 25), (2016, 26), (2018, 27), (2020, 28), (2022, 29), (2025, 31))),
    _c("LREC-COLING", "Proceedings of the {year} Joint International Conference on Computational Linguistics, Language Resources and Evaluation (LREC-COLING {year})", "",
       "LREC/COLING|COLING-LREC|Joint International Conference on Computational Linguistics, Language Resources and Evaluation"),
    _c("LREC", "Proceedings of the Language Resources and Evaluation Conference (LREC {year})", "conf/lrec", "Language Resources and Evaluation Conference"),
    _c("INLG", "Proceedings of the {nth} International Natural Language Generation Conference (INLG {year})", "conf/inlg", "International Natural Language Generation Conference|International Conference on Natural Language Generation", zeroth=2007, since=2016),
    _c("CoNLL", "Proceedings of the {nth} Conference on Computational Natural Language Learning (CoNLL {year})", "conf/conll", "Conference on Computational Natural Language Learning", zeroth=1996),
    _c("NLPCC", "Natural Language Processing and Chinese Computing (NLPCC {year})", "conf/nlpcc", "Natural Language Processing and Chinese Computing"),
    _c("SIGDIAL", "Proceedings of the {nth} Annual Meeting of the Special Interest Group on Discourse and Dialogue (SIGDIAL {year})", "conf/sigdial", "Annual Meeting of the Special Interest Group on Discourse and Dialogue", zeroth=1999),
    _c("Interspeech", "Interspeech {year}", "conf/interspeech", "Annual Conference of the International Speech Communication Association"),
    _c("ICASSP", "IEEE International Conference on Acoustics, Speech and Signal Processing (ICASSP {year})", "conf/icassp", "IEEE International Conference on Acoustics, Speech and Signal Processing|International Conference on Acoustics, Speech, and Signal Processing"),
    _c("ASRU", "IEEE Automatic Speech Recognition and Understanding Workshop (ASRU {year})", "conf/asru", "IEEE Automatic Speech Recognition and Understanding Workshop"),
    _c("SLT", "IEEE Spoken Language Technology Workshop (SLT {year})", "conf/slt", "IEEE Spoken Language Technology Workshop", word=True),
    _j("TACL", "Transactions of the Association for Computational Linguistics", "journals/tacl", "Transactions of the Association for Computational Linguistics|Transactions of the ACL|Trans. Assoc. Comput. Linguistics"),
    _j("Computational Linguistics", "Computational Linguistics", "journals/coling", "Comput. Linguistics|Computational Linguistics Journal", word=True),
    _j("TASLP", "IEEE/ACM Transactions on Audio, Speech, and Language Processing", "journals/taslp", "IEEE/ACM Transactions on Audio, Speech, and Language Processing|IEEE ACM Trans. Audio Speech Lang. Process."),
)

_VISION = (
    _c("CVPR", "Proceedings of the IEEE/CVF Conference on Computer Vision and Pattern Recognition (CVPR {year})", "conf/cvpr",
       "Conference on Computer Vision and Pattern Recognition|IEEE Conference on Computer Vision and Pattern Recognition|IEEE/CVF Conference on Computer Vision and Pattern Recognition|Computer Vision and Pattern Recognition Conference"),
    _c("ICCV", "Proceedings of the IEEE/CVF International Conference on Computer Vision (ICCV {year})", "conf/iccv", "International Conference on Computer Vision|IEEE/CVF International Conference on Computer Vision"),
    _c("ECCV", "Proceedings of the European Conference on Computer Vision (ECCV {year})", "conf/eccv", "European Conference on Computer Vision"),
    _c("WACV", "Proceedings of the IEEE/CVF Winter Conference on Applications of Computer Vision (WACV {year})", "conf/wacv", "Winter Conference on Applications of Computer Vision"),
    _c("BMVC", "British Machine Vision Conference (BMVC {year})", "conf/bmvc", "British Machine Vision Conference"),
    _c("ACCV", "Asian Conference on Computer Vision (ACCV {year})", "conf/accv", "Asian Conference on Computer Vision"),
    _c("3DV", "International Conference on 3D Vision (3DV {year})", "conf/3dim", "International Conference on 3D Vision"),
    _c("MICCAI", "Medical Image Computing and Computer Assisted Intervention (MICCAI {year})", "conf/miccai", "Medical Image Computing and Computer Assisted Intervention"),
    _c("ACM MM", "Proceedings of the {nth} ACM International Conference on Multimedia (MM '{yy})", "conf/mm", "MM|ACM Multimedia|ACMMM|ACM International Conference on Multimedia|International Conference on Multimedia", zeroth=1992, word=True),
    _c("ICME", "IEEE International Conference on Multimedia and Expo (ICME {year})", "conf/icmcs", "International Conference on Multimedia and Expo"),
    _c("SIGGRAPH", "ACM SIGGRAPH {year} Conference Proceedings (SIGGRAPH '{yy})", "conf/siggraph", "ACM SIGGRAPH"),
    _j("IJCV", "International Journal of Computer Vision", "journals/ijcv", "International Journal of Computer Vision|Int. J. Comput. Vis."),
    _j("TOG", "ACM Transactions on Graphics", "journals/tog", "ACM TOG|ACM Transactions on Graphics|ACM Trans. Graph.", word=True),
    _j("TIP", "IEEE Transactions on Image Processing", "journals/tip", "IEEE TIP|IEEE Transactions on Image Processing|IEEE Trans. Image Process.", word=True),
    _j("TMM", "IEEE Transactions on Multimedia", "journals/tmm", "IEEE TMM|IEEE Transactions on Multimedia|IEEE Trans. Multim.", word=True),
)

_SYSTEMS = (
    Venue("SOSP", "Proceedings of the {nth} Symposium on Operating Systems Principles (SOSP '{yy})", "conf/sosp",
          ("Symposium on Operating Systems Principles", "ACM Symposium on Operating Systems Principles", "ACM SIGOPS Symposium on Operating Systems Principles"), editions=_SOSP),
    Venue("OSDI", "Proceedings of the {nth} USENIX Symposium on Operating Systems Design and Implementation (OSDI '{yy})", "conf/osdi",
          ("USENIX OSDI", "Symposium on Operating Systems Design and Implementation", "USENIX Symposium on Operating Systems Design and Implementation"), zeroth=2006, since=2020, editions=_OSDI),
    _c("NSDI", "Proceedings of the {nth} USENIX Symposium on Networked Systems Design and Implementation (NSDI '{yy})", "conf/nsdi",
       "USENIX NSDI|Symposium on Networked Systems Design and Implementation|USENIX Symposium on Networked Systems Design and Implementation", zeroth=2003),
    _c("USENIX ATC", "Proceedings of the {year} USENIX Annual Technical Conference (USENIX ATC '{yy})", "conf/usenix", "ATC|USENIX Annual Technical Conference|USENIX ATC|USENIX Ann. Tech. Conf."),
    _c("FAST", "Proceedings of the {nth} USENIX Conference on File and Storage Technologies (FAST '{yy})", "conf/fast", "USENIX FAST|USENIX Conference on File and Storage Technologies|Conference on File and Storage Technologies", zeroth=2002, since=2007, word=True),
    _c("EuroSys", "Proceedings of the {Nth} European Conference on Computer Systems (EuroSys '{yy})", "conf/eurosys", "ACM EuroSys|European Conference on Computer Systems", zeroth=2005),
    _c("HotOS", "Proceedings of the Workshop on Hot Topics in Operating Systems (HotOS '{yy})", "conf/hotos", "Workshop on Hot Topics in Operating Systems"),
    _c("HotNets", "Proceedings of the {nth} ACM Workshop on Hot Topics in Networks (HotNets '{yy})", "conf/hotnets", "ACM Workshop on Hot Topics in Networks|Workshop on Hot Topics in Networks", zeroth=2001, since=2012),
    _c("HotStorage", "Proceedings of the {nth} ACM Workshop on Hot Topics in Storage and File Systems (HotStorage '{yy})", "conf/hotstorage", "ACM Workshop on Hot Topics in Storage and File Systems", zeroth=2008),
    _c("SoCC", "Proceedings of the ACM Symposium on Cloud Computing (SoCC '{yy})", "conf/cloud", "ACM SoCC|ACM Symposium on Cloud Computing|Symposium on Cloud Computing", word=True),
    _c("Middleware", "Proceedings of the {nth} International Middleware Conference (Middleware '{yy})", "conf/middleware", "ACM Middleware|ACM/IFIP Middleware|International Middleware Conference", zeroth=1999, since=2003, word=True),
    _c("ICDCS", "IEEE International Conference on Distributed Computing Systems (ICDCS {year})", "conf/icdcs", "International Conference on Distributed Computing Systems"),
    _c("SYSTOR", "Proceedings of the {nth} ACM International Systems and Storage Conference (SYSTOR '{yy})", "conf/systor", "ACM International Systems and Storage Conference", zeroth=2007),
    _c("PODC", "Proceedings of the ACM Symposium on Principles of Distributed Computing (PODC '{yy})", "conf/podc", "ACM Symposium on Principles of Distributed Computing"),
    _c("MobiSys", "Proceedings of the {nth} Annual International Conference on Mobile Systems, Applications and Services (MobiSys '{yy})", "conf/mobisys", "ACM MobiSys|International Conference on Mobile Systems, Applications and Services", zeroth=2002),
    _c("MobiCom", "Proceedings of the {nth} Annual International Conference on Mobile Computing and Networking (MobiCom '{yy})", "conf/mobicom", "ACM MobiCom|International Conference on Mobile Computing and Networking", zeroth=1994),
    _c("SenSys", "Proceedings of the {nth} ACM Conference on Embedded Networked Sensor Systems (SenSys '{yy})", "conf/sensys", "ACM SenSys|ACM Conference on Embedded Networked Sensor Systems", zeroth=2002),
    _c("SIGCOMM", "Proceedings of the ACM SIGCOMM {year} Conference (SIGCOMM '{yy})", "conf/sigcomm", "ACM SIGCOMM"),
    _c("CoNEXT", "Proceedings of the International Conference on Emerging Networking Experiments and Technologies (CoNEXT '{yy})", "conf/conext", "ACM CoNEXT|International Conference on Emerging Networking Experiments and Technologies"),
    _c("INFOCOM", "IEEE Conference on Computer Communications (INFOCOM {year})", "conf/infocom", "IEEE INFOCOM|IEEE Conference on Computer Communications"),
    _c("SEC", "Proceedings of the {nth} ACM/IEEE Symposium on Edge Computing (SEC '{yy})", "conf/edge", "ACM/IEEE Symposium on Edge Computing", zeroth=2015, word=True),
    _j("TOCS", "ACM Transactions on Computer Systems", "journals/tocs", "ACM TOCS|ACM Transactions on Computer Systems|ACM Trans. Comput. Syst."),
    _j("ToS", "ACM Transactions on Storage", "journals/tos", "ACM TOS|ACM Transactions on Storage|ACM Trans. Storage", word=True),
    _j("TMC", "IEEE Transactions on Mobile Computing", "journals/tmc", "IEEE TMC|IEEE Transactions on Mobile Computing|IEEE Trans. Mob. Comput.", word=True),
    _j("IoT-J", "IEEE Internet of Things Journal", "journals/iotj", "IEEE Internet of Things Journal|IEEE Internet Things J."),
    _j("JSAC", "IEEE Journal on Selected Areas in Communications", "journals/jsac", "IEEE JSAC|IEEE Journal on Selected Areas in Communications|IEEE J. Sel. Areas Commun."),
    _j("COMST", "IEEE Communications Surveys & Tutorials", "journals/comsur", "IEEE Communications Surveys & Tutorials|IEEE Communications Surveys and Tutorials|IEEE Commun. Surv. Tutorials"),
    _j("TSC", "IEEE Transactions on Services Computing", "journals/tsc", "IEEE TSC|IEEE Transactions on Services Computing|IEEE Trans. Serv. Comput.", word=True),
    _j("TCC", "IEEE Transactions on Cloud Computing", "journals/tcc", "IEEE TCC|IEEE Transactions on Cloud Computing|IEEE Trans. Cloud Comput.", word=True),
)

_HARDWARE = (
    _c("ASPLOS", "Proceedings of the {nth} ACM International Conference on Architectural Support for Programming Languages and Operating Systems (ASPLOS '{yy})", "conf/asplos",
       "ACM ASPLOS|International Conference on Architectural Support for Programming Languages and Operating Systems|Architectural Support for Programming Languages and Operating Systems|ACM International Conference on Architectural Support for Programming Languages and Operating Systems", zeroth=1995, since=2008),
    _c("ISCA", "Proceedings of the {nth} Annual International Symposium on Computer Architecture (ISCA '{yy})", "conf/isca", "International Symposium on Computer Architecture|Annual International Symposium on Computer Architecture|ACM/IEEE International Symposium on Computer Architecture", zeroth=1973),
    Venue("MICRO", "Proceedings of the {nth} IEEE/ACM International Symposium on Microarchitecture (MICRO '{yy})", "conf/micro",
          ("International Symposium on Microarchitecture", "IEEE/ACM International Symposium on Microarchitecture", "Annual IEEE/ACM International Symposium on Microarchitecture"), zeroth=1967, since=1968, word=True, by_edition=True),
    Venue("HPCA", "Proceedings of the IEEE International Symposium on High-Performance Computer Architecture (HPCA '{yy})", "conf/hpca",
          ("IEEE HPCA", "International Symposium on High-Performance Computer Architecture", "IEEE International Symposium on High-Performance Computer Architecture"), zeroth=1994, since=1995, by_edition=True),
    _c("DAC", "Proceedings of the {nth} ACM/IEEE Design Automation Conference (DAC '{yy})", "conf/dac", "Design Automation Conference|ACM/IEEE Design Automation Conference", zeroth=1963, word=True),
    _c("ICCAD", "Proceedings of the IEEE/ACM International Conference on Computer-Aided Design (ICCAD '{yy})", "conf/iccad", "International Conference on Computer-Aided Design|International Conference on Computer Aided Design|IEEE/ACM International Conference on Computer-Aided Design"),
    _c("DATE", "Design, Automation & Test in Europe Conference (DATE {year})", "conf/date", "Design, Automation and Test in Europe|Design, Automation & Test in Europe|Design, Automation & Test in Europe Conference & Exhibition|Design, Automation and Test in Europe Conference", word=True),
    _c("ASP-DAC", "Proceedings of the {nth} Asia and South Pacific Design Automation Conference (ASP-DAC '{yy})", "conf/aspdac", "ASPDAC|Asia and South Pacific Design Automation Conference", zeroth=1995, since=2001),
    _c("ISLPED", "Proceedings of the ACM/IEEE International Symposium on Low Power Electronics and Design (ISLPED '{yy})", "conf/islped", "International Symposium on Low Power Electronics and Design"),
    _c("ISSCC", "IEEE International Solid-State Circuits Conference (ISSCC {year})", "conf/isscc", "International Solid-State Circuits Conference"),
    _c("Hot Chips", "IEEE Hot Chips Symposium (HCS {year})", "conf/hotchips", "Hot Chips Symposium|HCS", word=True),
    _c("ISCAS", "IEEE International Symposium on Circuits and Systems (ISCAS {year})", "conf/iscas", "International Symposium on Circuits and Systems"),
    _c("FPGA", "Proceedings of the ACM/SIGDA International Symposium on Field Programmable Gate Arrays (FPGA '{yy})", "conf/fpga", "International Symposium on Field-Programmable Gate Arrays|ACM/SIGDA International Symposium on Field-Programmable Gate Arrays", word=True),
    _c("FCCM", "IEEE International Symposium on Field-Programmable Custom Computing Machines (FCCM {year})", "conf/fccm", "International Symposium on Field-Programmable Custom Computing Machines"),
    _c("FPL", "International Conference on Field-Programmable Logic and Applications (FPL {year})", "conf/fpl", "International Conference on Field-Programmable Logic and Applications", word=True),
    _c("ISPASS", "IEEE International Symposium on Performance Analysis of Systems and Software (ISPASS {year})", "conf/ispass", "International Symposium on Performance Analysis of Systems and Software"),
    _c("IISWC", "IEEE International Symposium on Workload Characterization (IISWC {year})", "conf/iiswc", "International Symposium on Workload Characterization"),
    _c("SC", "Proceedings of the International Conference for High Performance Computing, Networking, Storage and Analysis (SC '{yy})", "conf/sc",
       "Supercomputing|International Conference for High Performance Computing, Networking, Storage and Analysis|International Conference for High Performance Computing, Networking, Storage, and Analysis", word=True),
    _c("PPoPP", "Proceedings of the {nth} ACM SIGPLAN Annual Symposium on Principles and Practice of Parallel Programming (PPoPP '{yy})", "conf/ppopp", "Symposium on Principles and Practice of Parallel Programming|ACM SIGPLAN Annual Symposium on Principles and Practice of Parallel Programming|ACM SIGPLAN Symposium on Principles and Practice of Parallel Programming", zeroth=1995, since=2009),
    _c("PACT", "Proceedings of the International Conference on Parallel Architectures and Compilation Techniques (PACT '{yy})", "conf/IEEEpact", "International Conference on Parallel Architectures and Compilation Techniques", word=True),
    _c("ICS", "Proceedings of the {nth} ACM International Conference on Supercomputing (ICS '{yy})", "conf/ics", "International Conference on Supercomputing|ACM International Conference on Supercomputing", zeroth=1986, word=True),
    _c("HPDC", "Proceedings of the International Symposium on High-Performance Parallel and Distributed Computing (HPDC '{yy})", "conf/hpdc", "International Symposium on High-Performance Parallel and Distributed Computing"),
    _c("IPDPS", "IEEE International Parallel and Distributed Processing Symposium (IPDPS {year})", "conf/ipps", "International Parallel and Distributed Processing Symposium|IEEE International Parallel and Distributed Processing Symposium"),
    _c("ICPP", "Proceedings of the {nth} International Conference on Parallel Processing (ICPP '{yy})", "conf/icpp", "International Conference on Parallel Processing", zeroth=1971, since=2000),
    _c("CGO", "Proceedings of the IEEE/ACM International Symposium on Code Generation and Optimization (CGO '{yy})", "conf/cgo", "International Symposium on Code Generation and Optimization"),
    _c("CC", "Proceedings of the ACM SIGPLAN International Conference on Compiler Construction (CC '{yy})", "conf/cc", "International Conference on Compiler Construction", word=True),
    _c("PLDI", "Proceedings of the ACM SIGPLAN Conference on Programming Language Design and Implementation (PLDI '{yy})", "conf/pldi", "Conference on Programming Language Design and Implementation|International Conference on Programming Language Design and Implementation"),
    _c("SPAA", "Proceedings of the {nth} ACM Symposium on Parallelism in Algorithms and Architectures (SPAA '{yy})", "conf/spaa", "Symposium on Parallelism in Algorithms and Architectures", zeroth=1988),
    _c("CLUSTER", "IEEE International Conference on Cluster Computing (CLUSTER {year})", "conf/cluster", "IEEE CLUSTER|International Conference on Cluster Computing", word=True),
    _c("CCGrid", "IEEE/ACM International Symposium on Cluster, Cloud and Internet Computing (CCGrid {year})", "conf/ccgrid", "International Symposium on Cluster, Cloud and Internet Computing"),
    _c("Euro-Par", "Euro-Par {year}: Parallel Processing", "conf/europar", "EuroPar|European Conference on Parallel Processing"),
    _j("TPDS", "IEEE Transactions on Parallel and Distributed Systems", "journals/tpds", "IEEE TPDS|IEEE Transactions on Parallel and Distributed Systems|IEEE Trans. Parallel Distributed Syst."),
    _j("TC", "IEEE Transactions on Computers", "journals/tc", "IEEE TC|IEEE Transactions on Computers|IEEE Trans. Computers", word=True),
    _j("TACO", "ACM Transactions on Architecture and Code Optimization", "journals/taco", "ACM TACO|ACM Transactions on Architecture and Code Optimization|ACM Trans. Archit. Code Optim.", word=True),
    _j("TODAES", "ACM Transactions on Design Automation of Electronic Systems", "journals/todaes", "ACM TODAES|ACM Transactions on Design Automation of Electronic Systems|ACM Trans. Design Autom. Electr. Syst."),
    _j("TCAD", "IEEE Transactions on Computer-Aided Design of Integrated Circuits and Systems", "journals/tcad", "IEEE TCAD|IEEE Transactions on Computer-Aided Design of Integrated Circuits and Systems|IEEE Trans. Comput. Aided Des. Integr. Circuits Syst."),
    _j("TECS", "ACM Transactions on Embedded Computing Systems", "journals/tecs", "ACM TECS|ACM Transactions on Embedded Computing Systems|ACM Trans. Embed. Comput. Syst."),
    _j("TRETS", "ACM Transactions on Reconfigurable Technology and Systems", "journals/trets", "ACM TRETS|ACM Transactions on Reconfigurable Technology and Systems|ACM Trans. Reconfigurable Technol. Syst."),
    _j("TVLSI", "IEEE Transactions on Very Large Scale Integration (VLSI) Systems", "journals/tvlsi", "IEEE TVLSI|IEEE Transactions on Very Large Scale Integration (VLSI) Systems|IEEE Trans. Very Large Scale Integr. Syst."),
    _j("TCAS-I", "IEEE Transactions on Circuits and Systems I: Regular Papers", "journals/tcasI", "IEEE TCAS-I|IEEE Transactions on Circuits and Systems I|IEEE Trans. Circuits Syst. I Regul. Pap."),
    _j("CAL", "IEEE Computer Architecture Letters", "journals/cal", "IEEE CAL|IEEE Computer Architecture Letters|IEEE Comput. Archit. Lett.", word=True),
    _j("IEEE Micro", "IEEE Micro", "journals/micro"),
    _j("JSSC", "IEEE Journal of Solid-State Circuits", "journals/jssc", "IEEE Journal of Solid-State Circuits|IEEE J. Solid State Circuits"),
    _j("PACMPL", "Proceedings of the ACM on Programming Languages", "journals/pacmpl", "Proceedings of the ACM on Programming Languages|Proc. ACM Program. Lang."),
    _j("POMACS", "Proceedings of the ACM on Measurement and Analysis of Computing Systems", "journals/pomacs", "Proceedings of the ACM on Measurement and Analysis of Computing Systems|Proc. ACM Meas. Anal. Comput. Syst."),
)

_DATA = (
    _j("PVLDB", "Proceedings of the VLDB Endowment", "journals/pvldb", "VLDB|Proceedings of the VLDB Endowment|Very Large Data Bases|International Conference on Very Large Data Bases|Proc. VLDB Endow."),
    _c("SIGMOD", "Proceedings of the International Conference on Management of Data (SIGMOD '{yy})", "conf/sigmod", "ACM SIGMOD|SIGMOD Conference|International Conference on Management of Data|ACM SIGMOD International Conference on Management of Data"),
    _j("PACMMOD", "Proceedings of the ACM on Management of Data", "journals/pacmmod", "Proceedings of the ACM on Management of Data|Proc. ACM Manag. Data"),
    _c("ICDE", "IEEE {nth} International Conference on Data Engineering (ICDE {year})", "conf/icde", "IEEE ICDE|International Conference on Data Engineering|IEEE International Conference on Data Engineering", zeroth=1984),
    _c("EDBT", "Proceedings of the International Conference on Extending Database Technology (EDBT {year})", "conf/edbt", "International Conference on Extending Database Technology"),
    _c("CIDR", "Conference on Innovative Data Systems Research (CIDR {year})", "conf/cidr", "Conference on Innovative Data Systems Research"),
    _c("KDD", "Proceedings of the {nth} ACM SIGKDD Conference on Knowledge Discovery and Data Mining (KDD '{yy})", "conf/kdd",
       "SIGKDD|ACM SIGKDD|ACM KDD|ACM SIGKDD Conference on Knowledge Discovery and Data Mining|Conference on Knowledge Discovery and Data Mining|International Conference on Knowledge Discovery and Data Mining", zeroth=1994),
    _c("WWW", "Proceedings of the ACM Web Conference {year} (WWW '{yy})", "conf/www", "TheWebConf|The Web Conference|ACM Web Conference|International World Wide Web Conference", word=True),
    _c("SIGIR", "Proceedings of the {nth} International ACM SIGIR Conference on Research and Development in Information Retrieval (SIGIR '{yy})", "conf/sigir",
       "ACM SIGIR|International ACM SIGIR Conference on Research and Development in Information Retrieval|Conference on Research and Development in Information Retrieval", zeroth=1977),
    _c("CIKM", "Proceedings of the {nth} ACM International Conference on Information and Knowledge Management (CIKM '{yy})", "conf/cikm", "ACM CIKM|International Conference on Information and Knowledge Management", zeroth=1991),
    _c("WSDM", "Proceedings of the {nth} ACM International Conference on Web Search and Data Mining (WSDM '{yy})", "conf/wsdm", "International Conference on Web Search and Data Mining", zeroth=2007),
    _c("RecSys", "Proceedings of the {nth} ACM Conference on Recommender Systems (RecSys '{yy})", "conf/recsys", "ACM RecSys|ACM Conference on Recommender Systems", zeroth=2006),
    _c("ICDM", "IEEE International Conference on Data Mining (ICDM {year})", "conf/icdm", "International Conference on Data Mining"),
    _c("ECIR", "Advances in Information Retrieval (ECIR {year})", "conf/ecir", "European Conference on Information Retrieval"),
    _j("TKDE", "IEEE Transactions on Knowledge and Data Engineering", "journals/tkde", "IEEE TKDE|IEEE Transactions on Knowledge and Data Engineering|IEEE Trans. Knowl. Data Eng."),
    _j("TKDD", "ACM Transactions on Knowledge Discovery from Data", "journals/tkdd", "ACM TKDD|ACM Transactions on Knowledge Discovery from Data|ACM Trans. Knowl. Discov. Data"),
    _j("TOIS", "ACM Transactions on Information Systems", "journals/tois", "ACM TOIS|ACM Transactions on Information Systems|ACM Trans. Inf. Syst."),
    _j("VLDB Journal", "The VLDB Journal", "journals/vldb", "VLDBJ|The VLDB Journal|VLDB J."),
)

_SECURITY_AND_SOFTWARE = (
    _c("S&P", "Proceedings of the {nth} IEEE Symposium on Security and Privacy (S&P {year})", "conf/sp", "IEEE S&P|IEEE SP|IEEE Symposium on Security and Privacy|Symposium on Security and Privacy", zeroth=1979, word=True),
    _c("EuroS&P", "IEEE European Symposium on Security and Privacy (EuroS&P {year})", "conf/eurosp", "IEEE EuroS&P|IEEE European Symposium on Security and Privacy|European Symposium on Security and Privacy"),
    _c("CCS", "Proceedings of the ACM SIGSAC Conference on Computer and Communications Security (CCS '{yy})", "conf/ccs", "ACM CCS|ACM SIGSAC Conference on Computer and Communications Security|Conference on Computer and Communications Security", word=True),
    _c("USENIX Security", "Proceedings of the {nth} USENIX Security Symposium (USENIX Security '{yy})", "conf/uss", "USENIX Sec|USENIX Security Symposium", zeroth=1991),
    _c("NDSS", "Network and Distributed System Security Symposium (NDSS {year})", "conf/ndss", "Network and Distributed System Security Symposium|Network and Distributed Systems Security Symposium"),
    _c("ICSE", "Proceedings of the {nth} IEEE/ACM International Conference on Software Engineering (ICSE '{yy})", "conf/icse", "International Conference on Software Engineering|IEEE/ACM International Conference on Software Engineering", zeroth=1978, since=2000),
    _c("FSE", "Proceedings of the ACM International Conference on the Foundations of Software Engineering (FSE '{yy})", "conf/sigsoft", "ESEC/FSE|ACM International Conference on the Foundations of Software Engineering|International Conference on the Foundations of Software Engineering", word=True),
    _c("ASE", "Proceedings of the {nth} IEEE/ACM International Conference on Automated Software Engineering (ASE '{yy})", "conf/kbse", "International Conference on Automated Software Engineering", zeroth=1985, since=2000, word=True),
    _c("ISSTA", "Proceedings of the {nth} ACM SIGSOFT International Symposium on Software Testing and Analysis (ISSTA '{yy})", "conf/issta", "International Symposium on Software Testing and Analysis|ACM SIGSOFT International Symposium on Software Testing and Analysis", zeroth=1991, since=2016),
    _c("MSR", "Proceedings of the {nth} International Conference on Mining Software Repositories (MSR '{yy})", "conf/msr", "International Conference on Mining Software Repositories", zeroth=2003, word=True),
    _c("CHI", "Proceedings of the {year} CHI Conference on Human Factors in Computing Systems (CHI '{yy})", "conf/chi", "ACM CHI|CHI Conference on Human Factors in Computing Systems|Conference on Human Factors in Computing Systems", word=True),
    _c("UIST", "Proceedings of the {nth} Annual ACM Symposium on User Interface Software and Technology (UIST '{yy})", "conf/uist", "ACM UIST|ACM Symposium on User Interface Software and Technology", zeroth=1987),
    _c("FAccT", "Proceedings of the {year} ACM Conference on Fairness, Accountability, and Transparency (FAccT '{yy})", "conf/fat", "ACM FAccT|ACM Conference on Fairness, Accountability, and Transparency|Conference on Fairness, Accountability, and Transparency", word=True),
    _c("ICRA", "IEEE International Conference on Robotics and Automation (ICRA {year})", "conf/icra", "International Conference on Robotics and Automation"),
    _c("IROS", "IEEE/RSJ International Conference on Intelligent Robots and Systems (IROS {year})", "conf/iros", "International Conference on Intelligent Robots and Systems"),
    _c("ISIT", "IEEE International Symposium on Information Theory (ISIT {year})", "conf/isit", "International Symposium on Information Theory"),
    _j("TSE", "IEEE Transactions on Software Engineering", "journals/tse", "IEEE TSE|IEEE Transactions on Software Engineering|IEEE Trans. Software Eng.", word=True),
    _j("TOSEM", "ACM Transactions on Software Engineering and Methodology", "journals/tosem", "ACM TOSEM|ACM Transactions on Software Engineering and Methodology|ACM Trans. Softw. Eng. Methodol."),
    _j("TIFS", "IEEE Transactions on Information Forensics and Security", "journals/tifs", "IEEE TIFS|IEEE Transactions on Information Forensics and Security|IEEE Trans. Inf. Forensics Secur."),
    _j("TDSC", "IEEE Transactions on Dependable and Secure Computing", "journals/tdsc", "IEEE TDSC|IEEE Transactions on Dependable and Secure Computing|IEEE Trans. Dependable Secur. Comput."),
)

_GENERAL = (
    _j("CSUR", "ACM Computing Surveys", "journals/csur", "ACM CSUR|ACM Computing Surveys|ACM Comput. Surv.|Computing Surveys"),
    _j("CACM", "Communications of the ACM", "journals/cacm", "Communications of the ACM|Commun. ACM"),
    _j("JACM", "Journal of the ACM", "journals/jacm", "Journal of the ACM|J. ACM"),
    _j("Proceedings of the IEEE", "Proceedings of the IEEE", "journals/pieee", "Proc. IEEE", word=True),
    _j("IEEE Access", "IEEE Access", "journals/access"),
    _j("Nature", "Nature", "", word=True),
    _j("Nature Machine Intelligence", "Nature Machine Intelligence", "journals/natmi", "Nat. Mac. Intell.|Nat. Mach. Intell."),
    _j("Nature Communications", "Nature Communications", "", "Nat. Commun."),
    _j("Science", "Science", "", word=True),
    _j("PNAS", "Proceedings of the National Academy of Sciences", "", "Proceedings of the National Academy of Sciences"),
    _j("SCIS", "Science China Information Sciences", "journals/chinaf", "Science China Information Sciences|Sci. China Inf. Sci."),
    _j("JCST", "Journal of Computer Science and Technology", "journals/jcst", "Journal of Computer Science and Technology|J. Comput. Sci. Technol."),
    _j("FCS", "Frontiers of Computer Science", "journals/fcsc", "Frontiers of Computer Science|Frontiers Comput. Sci.", word=True),
    _j("计算机研究与发展", "计算机研究与发展", "", "Journal of Computer Research and Development"),
    _j("计算机学报", "计算机学报", "", "Chinese Journal of Computers"),
    _j("软件学报", "软件学报", "", "Journal of Software (Chinese)"),
    _j("中国科学: 信息科学", "中国科学: 信息科学", "", "Scientia Sinica Informationis|中国科学：信息科学"),
    _j("中文信息学报", "中文信息学报", "", "Journal of Chinese Information Processing"),
)
# fmt: on

VENUES = (*_LEARNING, *_LANGUAGE, *_VISION, *_SYSTEMS, *_HARDWARE, *_DATA, *_SECURITY_AND_SOFTWARE, *_GENERAL)

"""Given names that are common where the six languages are spoken: enough to tell a column of people."""

from __future__ import annotations

import re
from typing import Final

from mappings.normalise.text import folded

_GIVEN: Final = frozenset(
    """aaron abdul abigail adam adele adrian agnes ahmed aisha alain alan albert alberto alejandro alessandra alessandro
    alessia alex alexander alexandra alexandre alexis alfred ali alice alicia alina aline allison amanda amandine amber
    amelia amelie ana anas andre andrea andreas andrew andrzej angela angelo anita anja anke ann anna anne annette annie
    anouk anthony antoine anton antonio arnaud arthur ashley astrid audrey aurelie aurore austin axel barbara bart beatrice
    beatriz ben benjamin benoit bernard bernd bettina bianca bjorn bob brandon brenda brian brigitte bruno bryan carla carlo
    carlos carmen carol caroline catherine cecile celine chantal charles charlotte chiara chloe chris christian christiane
    christina christine christophe christopher claire clara claude claudia claudio clement colin corinne cristina cynthia
    daan damien daniel daniela daniele danielle david davide dawn deborah denis denise dennis diana diane diego dieter
    dirk dominik dominique donald donna dorothy edith eduardo edward elena elias elisa elisabeth elise elizabeth ella elodie
    els emily emma emmanuel enrico enzo eric erik erika ernst esther ethan eugenio eva evelyn fabian fabien fabio fabrice
    fanny fatima federica federico felix femke fernando filippo fiona fleur florence florian francesca francesco francis
    francisco franck francois francoise frank franz frederic frederik fritz gabriel gabriela gabriele gary gaston genevieve
    george georges gerard gerd gerhard gianluca gilles giorgio giovanni giulia giuseppe gloria graham gregory guido
    guillaume guillermo gunter gustavo hannah hans harald harry hassan heather heidi heike heinz helen helena helene helga
    hendrik henk henri henry herbert herve holger hugo ian ignacio ines inge ingrid irene isabel isabella isabelle ivan jack
    jacob jacqueline jacques jaime jake jakob james jan jana jane janet janine jason javier jean jeanne jeff jeffrey jennifer
    jens jeremy jerome jessica jesus jill joachim joan joao johan johanna john johnny jonas jonathan joost jordan jorge jose
    josef joseph joshua josiane juan judith julia julian julie julien jurgen justin kai karen karin karl karsten kate
    katharina katherine kathleen kathryn katja keith kelly kenneth kerstin kevin kim kimberly klaus kurt kyle lara lars laura
    laure laurence laurent lea leo leon leonardo liam lieke linda lisa loic lorena lorenzo lotte louis louise luc luca lucas
    lucia lucie luigi luis luisa lukas maarten magali manfred manon manuel manuela mara marc marcel marco marcus margaret
    margot maria mariana marie marija marijke marina mario marion mark markus marta martin martina martine mary mathieu
    matteo matthew matthias maud maurice max maxime megan melanie melissa mercedes michael michaela michel michele micheline
    michelle miguel mike mireille mohamed mohammed monica monika monique muriel nadia nadine nancy natalia natalie nathalie
    nathan nicola nicolas nicole niels nils nina noah noel noemi nora nuria oceane olga oliver olivia olivier oscar pablo
    pamela paola paolo pascal patricia patrick patrizia paul paula pauline pedro peter petra philip philipp philippe pierre
    pieter pilar rachel rafael rainer ralf ralph ramon raphael raquel raul raymond rebecca regina regine remi renate renaud
    rene ricardo riccardo richard rita robert roberta roberto robin roger roland rolf romain ronald rosa ruben rudolf ruth
    ryan sabine sabrina sally salvatore sam samantha samuel sandra sandrine sara sarah saskia scott sean sebastian sebastien
    sergio severine sharon silke silvia simon simone sofia solene sonia sophia sophie stefan stefania stefano steffen
    stephan stephane stephanie stephen steve steven susan susana susanne suzanne sven sylvain sylvie tamara tanja tatiana
    teresa thea theo theresa thibault thierry thomas tim timothy tobias tom torsten tyler ulrich ulrike ursula ute uwe
    valentina valerie vanessa vera veronica veronique victor victoria vincent virginie viviane walter werner wilhelm willem
    william wolfgang xavier yann yannick yasmine yves yvette yvonne zoe""".split()
)


def has_given_name(text: str) -> bool:
    """Whether a word of a name is a given name of the list."""
    return any(word in _GIVEN for word in re.split(r"[\s,.-]+", folded(text)))

(* Where the flows end: the same Gram matrices, weighted or not.

   A point (W, H) is balanced when W^T W = H H^T (conserved from a balanced start, Flow.v, for any
   weights) and interpolates when W H = Z.  Then W W^T is the positive semidefinite square root of
   Z Z^T and H^T H that of Z^T Z.  Such a root is unique, so all balanced interpolating points, those
   of the unweighted and of every weighted flow, share both Gram matrices.

   Hypotheses: matrices over any totally ordered field (realFieldType), any dimensions; the two
   points may even have different widths d.  No axiom.  The same over Coq's real numbers, which are no
   instance without a choice axiom: SquareRootReals.v and TerminalReals.v.
   Computed by: ufm_theory::terminal::{classifier_gram, feature_gram_by_class}.
   Source: this project. *)
From mathcomp Require Import all_ssreflect all_algebra.
Set Implicit Arguments. Unset Strict Implicit. Unset Printing Implicit Defensive.
Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

Section PositiveSemidefinite.
Variable F : realFieldType.

(* The value of the form A on the row vector v. *)
Definition form n (A : 'M[F]_n) (v : 'rV[F]_n) : F := (v *m A *m v^T) 0 0.
Definition psd n (A : 'M[F]_n) : Prop := A^T = A /\ forall v, 0 <= form A v.

Lemma sqr_norm n (v : 'rV[F]_n) : (v *m v^T) 0 0 = \sum_j v 0 j ^+ 2.
Proof. by rewrite mxE; apply: eq_bigr=> j _; rewrite mxE expr2. Qed.

Lemma sqr_norm_ge0 n (v : 'rV[F]_n) : 0 <= (v *m v^T) 0 0.
Proof. by rewrite sqr_norm sumr_ge0 // => j _; rewrite sqr_ge0. Qed.

Lemma sqr_norm_eq0 n (v : 'rV[F]_n) : (v *m v^T) 0 0 = 0 -> v = 0.
Proof.
rewrite sqr_norm => /eqP; rewrite psumr_eq0; last by move=> j _; rewrite sqr_ge0.
move/allP=> v0; apply/rowP=> j; rewrite mxE; apply/eqP.
by rewrite -sqrf_eq0; apply: v0; rewrite mem_index_enum.
Qed.

(* M M^T is positive semidefinite. *)
Lemma psd_gram m n (M : 'M[F]_(m, n)) : psd (M *m M^T).
Proof.
split; first by rewrite trmx_mul trmxK.
by move=> v; rewrite /form mulmxA -mulmxA -trmx_mul sqr_norm_ge0.
Qed.

Let bil n (A : 'M[F]_n) (u v : 'rV[F]_n) : F := (u *m A *m v^T) 0 0.

Lemma form_line n (A : 'M[F]_n) v x s : A^T = A ->
  form A (v + s *: x) = form A v + s * (bil A x v *+ 2 + s * form A x).
Proof.
move=> symA; have bilC : bil A v x = bil A x v.
  by rewrite /bil -[in RHS]symA -[in LHS](trmxK (v *m A *m x^T)) mxE !trmx_mul trmxK mulmxA.
have Dl (u u' z : 'rV[F]_n) : bil A (u + u') z = bil A u z + bil A u' z.
  by rewrite /bil !mulmxDl mxE.
have Dr (u z z' : 'rV[F]_n) : bil A u (z + z') = bil A u z + bil A u z'.
  by rewrite /bil linearD /= mulmxDr mxE.
have Zl a (u z : 'rV[F]_n) : bil A (a *: u) z = a * bil A u z by rewrite /bil -!scalemxAl mxE.
have Zr a (u z : 'rV[F]_n) : bil A u (a *: z) = a * bil A u z.
  by rewrite /bil linearZ /= -scalemxAr mxE.
rewrite -[LHS]/(bil A _ _) -[form A v]/(bil A v v) -[form A x]/(bil A x x).
by rewrite Dl !Dr !Zl !Zr bilC mulrDr mulrnAr mulr2n !addrA.
Qed.

(* A vector on which a positive semidefinite form vanishes is in its kernel. *)
Lemma psd_kernel n (A : 'M[F]_n) v : psd A -> form A v = 0 -> v *m A = 0.
Proof.
move=> [symA posA] v0; apply: sqr_norm_eq0; set x := v *m A; set c := (x *m x^T) 0 0.
apply/eqP; rewrite eq_le sqr_norm_ge0 andbT leNgt; apply/negP=> c0.
pose m := form A x; have m0 : 0 <= m by apply: posA.
have m1 : 0 < m + 1 by rewrite ltr_paddl ?ltr01.
have xv : bil A x v = c by rewrite /bil -mulmxA -{1}symA -trmx_mul.
have := posA (v + (- (c / (m + 1))) *: x); rewrite form_line // v0 add0r xv -/m.
rewrite mulNr oppr_ge0 leNgt => /negP; apply; rewrite mulr_gt0 ?divr_gt0 //.
rewrite mulNr mulr2n -addrA ltr_paddr //.
by rewrite subr_ge0 mulrAC ler_pdivr_mulr // ler_pmul2l // ler_addl ler01.
Qed.

Lemma form_row n (A D : 'M[F]_n) i : form A (row i D) = (D *m A *m D^T) i i.
Proof.
rewrite /form -row_mul tr_row !mxE; apply: eq_bigr=> j _; by rewrite !mxE.
Qed.

(* If the forms A and B cancel on all rows of D, both vanish on D. *)
Lemma trace_kernel n (A B D : 'M[F]_n) : psd A -> psd B ->
  \tr (D *m (A + B) *m D^T) = 0 -> D *m A = 0.
Proof.
move=> psdA psdB; rewrite mulmxDr mulmxDl /mxtrace => tr0.
have rows i : (D *m A *m D^T) i i = 0.
  have pos j : 0 <= (D *m A *m D^T + D *m B *m D^T) j j.
    by rewrite mxE -!form_row addr_ge0 //; [case: psdA | case: psdB].
  have /eqP := tr0; rewrite psumr_eq0; last by move=> j _; apply: pos.
  move/allP/(_ i (mem_index_enum _)); rewrite mxE paddr_eq0 -?form_row;
    [|by case: psdA|by case: psdB].
  by case/andP=> /eqP.
by apply/row_matrixP=> i; rewrite row_mul row0 psd_kernel // form_row.
Qed.

(* Uniqueness of the positive semidefinite square root: A^2 = B^2 implies A = B. *)
Theorem psd_square_root_unique n (A B : 'M[F]_n) : psd A -> psd B ->
  A *m A = B *m B -> A = B.
Proof.
move=> psdA psdB AB; pose D := A - B.
have symD : D^T = D by rewrite linearB /=; case: psdA psdB => -> _ [-> _].
have anti : D *m (A + B) = - ((A + B) *m D).
  have -> : D *m (A + B) = A *m B - B *m A.
    by rewrite /D mulmxBl !mulmxDr AB [B *m B + _]addrC [B *m A + _]addrC addrKA.
  have -> : (A + B) *m D = B *m A - A *m B.
    by rewrite /D mulmxBr !mulmxDl AB [B *m B + _]addrC [A *m B + _]addrC addrKA.
  by rewrite opprB.
have tr0 : \tr (D *m (A + B) *m D^T) = 0.
  have E : \tr (D *m (A + B) *m D^T) = - \tr (D *m (A + B) *m D^T).
    rewrite symD {1}anti mulNmx linearN /=; congr (- _).
    by rewrite [in RHS]mxtrace_mulC mulmxA [in RHS]mxtrace_mulC mulmxA.
  by move/eqP: E; rewrite -addr_eq0 -mulr2n mulrn_eq0 /= => /eqP.
have DA : D *m A = 0 by apply: trace_kernel tr0.
have DB : D *m B = 0 by apply: (trace_kernel psdB psdA); rewrite addrC.
have DD : D *m D^T = 0 by rewrite symD {2}/D mulmxBr DA DB subrr.
apply/eqP; rewrite -subr_eq0 -/D; apply/eqP/row_matrixP=> i; rewrite row0.
apply: sqr_norm_eq0; have /matrixP/(_ i i) := DD.
by rewrite !mxE => E; rewrite -[RHS]E; apply: eq_bigr=> j _; rewrite !mxE.
Qed.
End PositiveSemidefinite.

Section Terminal.
Variable F : realFieldType.

Definition balanced k d N (W : 'M[F]_(k, d)) (H : 'M[F]_(d, N)) : Prop := W^T *m W = H *m H^T.

(* At a balanced point (W W^T)^2 = Z Z^T with Z = W H.  The root is terminal::classifier_gram. *)
Theorem classifier_gram_squared k d N (W : 'M[F]_(k, d)) (H : 'M[F]_(d, N)) Z :
  balanced W H -> W *m H = Z -> (W *m W^T) *m (W *m W^T) = Z *m Z^T.
Proof.
move=> bal <-; transitivity (W *m (W^T *m W) *m W^T); first by rewrite !mulmxA.
by rewrite bal trmx_mul !mulmxA.
Qed.

(* At a balanced point (H^T H)^2 = Z^T Z.  The root is terminal::feature_gram_by_class. *)
Theorem feature_gram_squared k d N (W : 'M[F]_(k, d)) (H : 'M[F]_(d, N)) Z :
  balanced W H -> W *m H = Z -> (H^T *m H) *m (H^T *m H) = Z^T *m Z.
Proof.
move=> bal <-; transitivity (H^T *m (H *m H^T) *m H); first by rewrite !mulmxA.
by rewrite -bal trmx_mul !mulmxA.
Qed.

(* W W^T is the positive semidefinite square root of Z Z^T: any other one equals it. *)
Theorem classifier_gram_is_root k d N (W : 'M[F]_(k, d)) (H : 'M[F]_(d, N)) Z A :
  balanced W H -> W *m H = Z -> psd A -> A *m A = Z *m Z^T -> W *m W^T = A.
Proof.
move=> bal WH psdA AA; apply: psd_square_root_unique => //; first exact: psd_gram.
by rewrite (classifier_gram_squared bal WH) AA.
Qed.

(* H^T H is the positive semidefinite square root of Z^T Z. *)
Theorem feature_gram_is_root k d N (W : 'M[F]_(k, d)) (H : 'M[F]_(d, N)) Z B :
  balanced W H -> W *m H = Z -> psd B -> B *m B = Z^T *m Z -> H^T *m H = B.
Proof.
move=> bal WH psdB BB; apply: psd_square_root_unique => //.
  by rewrite -{2}[H]trmxK; apply: psd_gram.
by rewrite (feature_gram_squared bal WH) BB.
Qed.

(* Two balanced points that interpolate the same labels, say the ends of the unweighted and of a
   weighted flow, have the same Gram matrices of weights and of features. *)
Theorem same_terminal_grams k d d' N (W : 'M[F]_(k, d)) (H : 'M[F]_(d, N))
    (W' : 'M[F]_(k, d')) (H' : 'M[F]_(d', N)) :
  balanced W H -> balanced W' H' -> W *m H = W' *m H' ->
  W *m W^T = W' *m W'^T /\ H^T *m H = H'^T *m H'.
Proof.
move=> bal bal' E; split.
  by apply: (classifier_gram_is_root bal E); [apply: psd_gram | apply: (classifier_gram_squared bal')].
apply: (feature_gram_is_root bal E); last exact: (feature_gram_squared bal').
by rewrite -{2}[H']trmxK; apply: psd_gram.
Qed.
End Terminal.
